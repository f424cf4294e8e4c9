"""Features by hand, and how few customers change cluster while behaviour drifts."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from mining.histories import checked_histories
from mining.segments import (
    BehaviourConfig,
    ClustersConfig,
    CustomerClusters,
    behaviour_features,
)

HistoriesOf = Callable[..., pd.DataFrame]

MOST_MOVED = 0.08  # of all customers, in any night


def categories_of(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "category", "net_amount"])


def channels_of(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "channel_code", "order_count"])


@pytest.fixture
def histories(histories_of: HistoriesOf, as_of: date) -> pd.DataFrame:
    told = histories_of(
        {"lee": [0, 10, 20, 400], "kim": [5], "gone": [500]},
        amounts={"lee": 90.0, "kim": 40.0},
    )
    return checked_histories(told, as_of, 365)


def test_features_are_counted_by_hand(histories: pd.DataFrame) -> None:
    features = behaviour_features(
        histories,
        categories_of(
            ("lee", "tea", 60.0),
            ("lee", "tea", 10.0),  # pairs may repeat
            ("lee", "cups", 10.0),
            ("lee", "salt", -30.0),  # given back more than bought
            ("kim", "cups", 40.0),
            ("gone", "tea", 7.0),  # not in the window, whatever the table says
        ),
        channels_of(("lee", "web", 1), ("lee", "store", 3)),
    )

    # who bought in the window, by name
    assert features.index.tolist() == ["kim", "lee"]
    assert features["purchase_days"].tolist() == [1, 3]
    assert features["amount"].tolist() == [40, 90]
    assert features["amount_per_day"].tolist() == [40, 30]
    # lee's mean gap 400 / 3 is the typical one; kim bought once
    assert features["days_between"].tolist() == pytest.approx([400 / 3] * 2)
    assert features["share_of_tea"].tolist() == [0.0, 0.875]
    assert features["share_of_cups"].tolist() == [1.0, 0.125]
    assert features["share_of_salt"].tolist() == [0.0, 0.0]
    assert features["share_by_web"].tolist() == [0.0, 0.25]
    assert features["share_by_store"].tolist() == [0.0, 0.75]


def test_only_the_largest_categories_have_a_share_of_their_own(
    histories: pd.DataFrame,
) -> None:
    categories = categories_of(
        ("lee", "tea", 60.0), ("kim", "cups", 30.0), ("lee", "salt", 30.0)
    )

    features = behaviour_features(
        histories, categories, channels_of(), BehaviourConfig(most_categories=2)
    )

    shares = [name for name in features.columns if name.startswith("share_of")]
    assert shares == ["share_of_tea", "share_of_cups"]  # ties by name
    # the others still count as bought
    assert features.loc["lee", "share_of_tea"] == pytest.approx(2 / 3)


def test_nights_have_the_columns_of_the_anchor(histories: pd.DataFrame) -> None:
    anchor = behaviour_features(
        histories, categories_of(("lee", "tea", 60.0)), channels_of(("lee", "web", 1))
    )
    night = behaviour_features(
        histories,
        categories_of(("lee", "cups", 900.0), ("kim", "tea", 1.0)),
        channels_of(("kim", "store", 5)),
        like=list(anchor.columns),
    )

    assert night.columns.tolist() == anchor.columns.tolist()
    assert night["share_of_tea"].tolist() == [1.0, 0.0]
    assert night["share_by_web"].tolist() == [0.0, 0.0]


def test_a_company_without_categories_and_channels_has_rhythm_and_value(
    histories: pd.DataFrame,
) -> None:
    features = behaviour_features(histories, categories_of(), channels_of())

    assert features.columns.tolist() == [
        "purchase_days",
        "days_between",
        "amount",
        "amount_per_day",
    ]


def test_who_gave_back_more_than_was_bought_has_the_amount_zero(
    histories_of: HistoriesOf, as_of: date
) -> None:
    told = checked_histories(histories_of({"kim": [0]}, {"kim": -5.0}), as_of, 365)

    features = behaviour_features(told, categories_of(), channels_of())

    assert features.loc["kim", ["amount", "amount_per_day"]].tolist() == [0, 0]


def test_rows_may_come_in_any_order(histories: pd.DataFrame) -> None:
    rows = [("lee", f"c{n}", 0.1 * n) for n in range(30)]
    rows += [("kim", f"c{n}", 0.1 * n) for n in range(0, 30, 3)]
    config = BehaviourConfig(most_categories=30)

    one = behaviour_features(
        histories, categories_of(*rows), channels_of(("kim", "web", 1)), config
    )
    other = behaviour_features(
        histories.iloc[::-1],
        categories_of(*rows[::-1]),
        channels_of(("kim", "web", 1)),
        config,
    )

    pd.testing.assert_frame_equal(one, other, check_exact=True)


# Thirty nights with a frozen model

CUSTOMERS = 1_500
WINDOW = 365
NIGHTS = 30
KINDS = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]])
CATEGORIES = np.array(["tea", "cups", "salt", "rice"])


def lives(seed: int) -> NDArray[np.int64]:
    """Lines of each customer, day and category; tastes and rhythms drift.

    A tenth of the customers change their kind in the thirty nights, and everybody's
    rhythm wanders by about half over the year.
    """
    random = np.random.default_rng(seed)
    days = WINDOW + NIGHTS
    kind = random.integers(len(KINDS), size=CUSTOMERS)
    other = (kind + random.integers(1, len(KINDS), size=CUSTOMERS)) % len(KINDS)
    changes = random.random(CUSTOMERS) < 0.1
    turned = np.where(changes, random.integers(WINDOW, days, size=CUSTOMERS), days)
    at = np.where(np.arange(days) < turned[:, None], kind[:, None], other[:, None])
    rate = np.array([0.03, 0.08, 0.2])[kind] * random.lognormal(0, 0.3, CUSTOMERS)
    wander = np.cumsum(random.normal(scale=0.5 / 365**0.5, size=(CUSTOMERS, days)), 1)
    comes = random.random((CUSTOMERS, days)) < rate[:, None] * np.exp(wander)
    lines: NDArray[np.int64] = random.poisson(3 * KINDS[at]) * comes[:, :, None]
    return lines


def night(
    lines: NDArray[np.int64], number: int, like: list[str] | None
) -> pd.DataFrame:
    """Features of one night; of the window's lines, as the warehouse would sum them."""
    seen = lines[:, : WINDOW + number]
    window = seen[:, number:]
    end = pd.Timestamp("2026-01-01") + timedelta(days=number)
    days = np.arange(seen.shape[1])
    came = seen.sum(axis=2) > 0
    some = came.any(axis=1)
    first = came.argmax(axis=1)
    last = days[-1] - came[:, ::-1].argmax(axis=1)
    before = np.where(came & (days < last[:, None]), days, -1).max(axis=1)
    ids = np.array([f"k{n:04d}" for n in range(len(lines))])

    def dates(number: NDArray[np.int64]) -> pd.Series:
        told = pd.Series(end - pd.to_timedelta(days[-1] - number, unit="D"))
        return told.where(number >= 0)

    histories = pd.DataFrame(
        {
            "customer_id": ids,
            "first_purchase_date": dates(first),
            "last_purchase_date": dates(last),
            "previous_purchase_date": dates(before),
            "purchase_day_count": came.sum(axis=1),
            "window_purchase_day_count": came[:, number:].sum(axis=1),
            "window_amount": 10.0 * window.sum(axis=(1, 2)),
            "window_margin_amount": np.nan,
        }
    )[some]
    customer, category = np.indices(window.shape[::2]).reshape(2, -1)
    categories = pd.DataFrame(
        {
            "customer_id": ids[customer],
            "category": CATEGORIES[category],
            "net_amount": 10.0 * window.sum(axis=1).ravel(),
        }
    )
    return behaviour_features(
        checked_histories(histories, end.date(), WINDOW),
        categories,
        channels_of(),
        like=like,
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_few_customers_change_cluster_a_night_while_behaviour_drifts(seed: int) -> None:
    lines = lives(seed)
    anchor = night(lines, 0, None)
    model = CustomerClusters(ClustersConfig(bootstrap_count=6, start_count=4))
    model.fit(anchor)
    before = pd.Series(model.predict(anchor), index=anchor.index)

    moved = []
    for number in range(1, NIGHTS + 1):
        features = night(lines, number, list(anchor.columns))
        tonight = pd.Series(model.predict(features), index=features.index)
        both = before.index.intersection(tonight.index)
        moved.append(float((before[both] != tonight[both]).mean()))
        before = tonight

    assert len(moved) == NIGHTS
    assert max(moved) < MOST_MOVED
    assert sum(moved) > 0  # behaviour did drift
    assert model.n_clusters_ >= 3


@pytest.mark.parametrize("seed", [0, 1])
def test_few_customers_change_cluster_at_the_next_anchor_date(seed: int) -> None:
    lines = lives(seed)
    config = ClustersConfig(bootstrap_count=6, start_count=4)
    model = CustomerClusters(config).fit(night(lines, 0, None))
    features = night(lines, NIGHTS, None)
    told = model.predict(night(lines, NIGHTS, list(model.feature_names_in_)))
    before = pd.Series(told, features.index)

    after = CustomerClusters(config).fit(features, before=before).align(model)

    assert (after.predict(features) != told).mean() < MOST_MOVED
