"""Clusters that were planted are found, and what is not there is not claimed."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from mining.segments import ClustersConfig, CustomerClusters

FEATURES = ["amount", "share_of_tea", "share_by_web"]
QUICK = ClustersConfig(bootstrap_count=6, start_count=4)


def customers(
    centres: list[tuple[float, float, float]],
    sizes: list[int],
    deviation: float = 0.1,
    seed: int = 0,
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Features whose logarithms lie about the centres, and which is whose."""
    random = np.random.default_rng(seed)
    of = np.repeat(np.arange(len(sizes)), sizes)
    logs = np.array(centres)[of] + random.normal(scale=deviation, size=(len(of), 3))
    ids = pd.Index([f"k{n:05d}" for n in range(len(of))], name="customer_id")
    frame = pd.DataFrame(np.expm1(np.maximum(logs, 0)), index=ids, columns=FEATURES)
    return frame, of


FOUR = [(1.0, 1.0, 1.0), (3.0, 1.0, 1.0), (1.0, 3.0, 1.0), (1.0, 1.0, 3.0)]
EIGHT = list(product((1.0, 3.0), repeat=3))


def so_many(count: int) -> ClustersConfig:
    """The number of clusters is not what is asked."""
    return replace(QUICK, fewest_clusters=count, most_clusters=count)


def test_eight_clusters_that_lie_apart_are_found() -> None:
    features, of = customers(EIGHT, [100] * 8)

    model = CustomerClusters(QUICK).fit(features)

    assert model.n_clusters_ == 8
    assert model.is_stable_
    assert model.stability_ == 1.0
    assert adjusted_rand_score(of, model.predict(features)) == 1.0
    assert model.stability_by_count_ == {8: 1.0}  # the largest is tried first


def test_a_splinter_is_no_cluster_however_stable() -> None:
    features, _ = customers(EIGHT, [100] * 7 + [29])  # 4 %

    model = CustomerClusters(QUICK).fit(features)

    assert model.stability_by_count_[8] >= QUICK.least_stability
    assert model.n_clusters_ < 8
    assert model.is_stable_
    assert model.shares_.min() >= QUICK.least_share


def test_where_nothing_is_stable_the_smallest_number_is_taken_and_says_so() -> None:
    features, _ = customers([(2.0, 2.0, 2.0)], [600], deviation=0.5)

    model = CustomerClusters(QUICK).fit(features)

    assert not model.is_stable_
    assert model.n_clusters_ == 3
    assert model.stability_ < QUICK.least_stability
    assert set(model.stability_by_count_) == {3, 4, 5, 6, 7, 8}


def test_codes_are_given_by_size_and_names_by_what_is_furthest() -> None:
    features, of = customers(FOUR[:3], [200, 300, 400])

    model = CustomerClusters(so_many(3)).fit(features)

    assert model.codes_ == ("c1", "c2", "c3")
    assert model.shares_ * 900 == pytest.approx([400, 300, 200])
    # the third feature is the same for all: it sets nobody apart
    assert model.predict(features)[of == 2].tolist() == ["c1"] * 400
    assert model.names_["c1"].startswith("high share of tea, low amount")
    assert model.names_["c2"].startswith("high amount, low share of tea")


def test_rows_may_come_in_any_order_columns_too_and_threads_do_not_matter() -> None:
    features, _ = customers([(2.0, 2.0, 2.0)], [500], deviation=0.5)
    model = CustomerClusters(QUICK).fit(features)
    random = np.random.default_rng(1)
    shuffled = features.iloc[random.permutation(len(features))]

    with threadpool_limits(2):
        again = CustomerClusters(QUICK).fit(shuffled)

    assert (again.centres_ == model.centres_).all()
    assert again.stability_by_count_ == model.stability_by_count_
    codes = pd.Series(model.predict(features), index=features.index)
    told = again.predict(shuffled[FEATURES[::-1]])
    assert (codes.loc[shuffled.index] == told).all()


def test_only_a_sample_is_fitted_and_everybody_is_placed() -> None:
    features, of = customers(FOUR, [400] * 4)
    config = replace(so_many(4), bootstrap_customers=200, fitted_customers=300)

    model = CustomerClusters(config).fit(features)

    assert adjusted_rand_score(of, model.predict(features)) == 1.0
    assert model.shares_ == pytest.approx([0.25] * 4)


def test_who_has_no_value_is_not_placed_and_does_not_stop_the_others() -> None:
    features, _ = customers(FOUR, [100] * 4)
    features.iloc[0, 0] = np.nan
    features.iloc[1, 1] = np.inf

    codes = CustomerClusters(QUICK).fit(features).predict(features)

    assert codes[:2].tolist() == [None, None]
    assert None not in codes[2:]


def test_a_constant_feature_tells_nobody_apart_and_crashes_nothing() -> None:
    features, of = customers(FOUR[:3], [200] * 3)
    constant = features.assign(region=7.0)

    model = CustomerClusters(so_many(3)).fit(constant)

    assert adjusted_rand_score(of, model.predict(constant)) == 1.0
    assert not any("region" in name for name in model.names_.values())


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[1.0, 2.0]], id="a single customer"),
        pytest.param([[1.0, 2.0], [5.0, 0.0]], id="fewer customers than clusters"),
        pytest.param([[1.0, 2.0]] * 50, id="all alike"),
        pytest.param([[1.0, 2.0], [3.0, 1.0]] * 50, id="two kinds"),
    ],
)
def test_too_little_to_group_is_one_cluster_that_is_not_stable(
    rows: list[list[float]],
) -> None:
    model = CustomerClusters(QUICK).fit(np.array(rows))

    assert model.n_clusters_ == 1
    assert not model.is_stable_
    assert np.isnan(model.stability_)
    assert model.predict(np.array(rows)).tolist() == ["c1"] * len(rows)
    assert model.names_ == {"c1": "all customers"}


def test_three_customers_do_not_crash() -> None:
    model = CustomerClusters(QUICK).fit(np.array([[1.0, 0.0], [9.0, 3.0], [0.0, 5.0]]))

    assert model.n_clusters_ == 3


@pytest.mark.parametrize(
    ("rows", "index", "told"),
    [
        (np.empty((0, 2)), [], "no customer has a value for every feature"),
        ([[np.nan, 1.0]], ["kim"], "no customer has a value for every feature"),
        ([[-1.0, 1.0]], ["kim"], "features must not be negative"),
        ([[1.0, 1.0], [2.0, 1.0]], ["kim", "kim"], "customers repeat"),
    ],
)
def test_features_that_cannot_be_used_are_refused(
    rows: Any, index: list[str], told: str
) -> None:
    with pytest.raises(ValueError, match=told) as refusal:
        CustomerClusters(QUICK).fit(pd.DataFrame(rows, index=index))
    assert "kim" not in str(refusal.value)


def test_a_missing_feature_is_named() -> None:
    features, _ = customers(FOUR, [50] * 4)
    model = CustomerClusters(QUICK).fit(features)

    with pytest.raises(ValueError, match="features lack the columns share_of_tea"):
        model.predict(features.drop(columns="share_of_tea"))


def test_it_is_a_scikit_learn_estimator() -> None:
    model = CustomerClusters(QUICK)

    assert clone(model).get_params() == {"config": QUICK}
    with pytest.raises(NotFittedError):
        model.predict(np.zeros((1, 2)))


# From anchor to anchor


def test_clusters_keep_their_codes_whatever_their_sizes_become() -> None:
    before, of_before = customers(FOUR[:3], [300, 200, 250])
    after, of_after = customers(FOUR[:3], [150, 400, 200], seed=1)
    previous = CustomerClusters(so_many(3)).fit(before)

    model = CustomerClusters(so_many(3)).fit(after).align(previous)

    for each in range(3):
        (code,) = set(previous.predict(before)[of_before == each])
        assert set(model.predict(after)[of_after == each]) == {code}
    assert set(model.names_) == set(model.codes_)


def test_clusters_that_are_found_again_are_kept_though_more_could_be_told() -> None:
    pairs = [(a + c, b, 1.0) for a, b in ((1, 1), (4, 1), (1, 4)) for c in (0.0, 0.8)]
    features, of = customers(pairs, [100] * 6)
    before = pd.Series([f"c{each // 2 + 7}" for each in of], features.index)

    anew = CustomerClusters(QUICK).fit(features)
    kept = CustomerClusters(QUICK).fit(features, before=before)

    assert anew.n_clusters_ >= 6
    assert kept.n_clusters_ == 3
    assert adjusted_rand_score(of // 2, kept.predict(features)) == 1.0
    assert set(kept.stability_by_count_) == {3}


def test_clusters_that_are_not_found_again_are_looked_for_anew() -> None:
    features, _ = customers([(3.0, 3.0, 3.0)], [800], deviation=0.5)  # one cloud
    before = pd.Series([f"c{n % 8 + 1}" for n in range(800)], features.index)

    model = CustomerClusters(QUICK).fit(features, before=before)

    assert model.stability_by_count_[8] < QUICK.least_kept_stability
    assert model.n_clusters_ == QUICK.fewest_clusters


def test_where_nothing_is_found_again_customers_stay_with_whom_they_were() -> None:
    random = np.random.default_rng(0)
    logs = random.uniform(0, 3, size=(900, 3))  # no clusters, any cut is as good
    ids = pd.Index([f"k{n:05d}" for n in range(len(logs))], name="customer_id")
    features = pd.DataFrame(np.expm1(logs), index=ids, columns=FEATURES)
    moved = np.expm1(np.maximum(logs + random.normal(0, 0.02, logs.shape), 0))
    later = pd.DataFrame(moved, index=ids, columns=FEATURES)
    config = replace(QUICK, least_kept_stability=1.0, least_stability=1.0)
    first = CustomerClusters(replace(config, seed=1)).fit(features)
    before = pd.Series(first.predict(later), ids)

    then = CustomerClusters(config).fit(later, before=before).align(first)

    assert not then.is_stable_
    assert (then.predict(later) == before.to_numpy()).mean() > 0.95


def test_who_was_in_no_cluster_before_is_placed_by_the_others() -> None:
    features, of = customers(FOUR[:3], [300, 200, 250])
    before = pd.Series([f"c{each + 1}" for each in of], features.index, dtype=object)
    before[::3] = None

    model = CustomerClusters(QUICK).fit(features, before=before[before.index[5:]])

    assert adjusted_rand_score(of, model.predict(features)) == 1.0


def test_a_cluster_that_was_not_there_has_a_code_of_its_own() -> None:
    before, _ = customers(FOUR[:3], [300] * 3)
    after, of = customers(FOUR, [300] * 4, seed=1)
    previous = CustomerClusters(so_many(3)).fit(before)

    model = CustomerClusters(so_many(4)).fit(after).align(previous)

    assert set(model.predict(after)[of == 3]) == {"c4"}
    assert model.issued_count_ == 4


def test_the_scale_is_that_of_the_first_anchor() -> None:
    before, _ = customers(FOUR[:3], [300] * 3)
    first = CustomerClusters(so_many(3)).fit(before)
    # all amounts drift apart tenfold; on a scale of its own it would look the same
    apart = [(10 * amount, tea, web) for amount, tea, web in FOUR[:3]]
    drifted = CustomerClusters(so_many(3)).fit(customers(apart, [300] * 3)[0])
    third = CustomerClusters(so_many(3)).fit(customers(apart, [300] * 3, seed=2)[0])

    drifted.align(first)
    third.align(drifted)

    assert drifted.reference_["amount"] == first.reference_["amount"]
    assert third.reference_["amount"] == first.reference_["amount"]
    assert set(drifted.codes_).isdisjoint(first.codes_)
    assert set(third.codes_) == set(drifted.codes_)


def test_features_that_came_or_went_do_not_keep_clusters_from_their_codes() -> None:
    before, of = customers(FOUR[:3], [300] * 3)
    previous = CustomerClusters(so_many(3)).fit(before.drop(columns="share_by_web"))

    model = CustomerClusters(so_many(3)).fit(before).align(previous)

    told = previous.predict(before)
    assert adjusted_rand_score(of, told) == 1.0
    assert (model.predict(before) == told).all()


def test_a_model_that_was_kept_places_and_aligns_like_the_one_that_was_fitted() -> None:
    features, _ = customers(FOUR[:3], [100] * 3)
    model = CustomerClusters(so_many(3)).fit(features)

    file = skops.io.dumps(model)
    kept = skops.io.loads(file, trusted=skops.io.get_untrusted_types(data=file))

    assert (kept.predict(features) == model.predict(features)).all()
    assert kept.names_ == model.names_
    again = CustomerClusters(so_many(3)).fit(features).align(kept)
    assert again.codes_ == model.codes_
