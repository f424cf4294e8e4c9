"""How good lifetime values are: told a while ago, against what then happened.

Two naive rules stand beside the models: everybody goes on at the own rate (purchases a
week so far), and nobody comes again. What they err is compared customer by customer.
By rank, last quarter's spend is the rule to beat, and hard to beat where nearly
everybody stays.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from mining.evaluation import mean_interval, population_stability_index
from mining.evaluation.measured import Measured, moved
from mining.lifetime_value.gamma_gamma import GammaGamma
from mining.lifetime_value.purchase_model import PurchaseModel
from mining.purchases import repeats_of

Vector = NDArray[np.float64]

FEWEST = 100  # customers, below which nothing is proven
NAIVE = ("own_rate", "nobody")
BINS = 10
SEEN = ("frequency", "recency_weeks", "age_weeks", "average_amount")
DRAWS = 200
MOST_DRAWN = 20_000  # customers of a draw; more make the interval hardly narrower
SEED = 20_051


def judge(
    histories: pd.DataFrame,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    weeks: float,
    cutoff: date,
) -> list[Measured]:
    """Measures of models that were fitted at a cutoff, on the weeks after it.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 5)
        Known at the cutoff, as `mining.purchases.purchase_histories` returns them.
    purchases, amounts : PurchaseModel, GammaGamma
        Fitted on them.
    before, after : DataFrame
        customer_id, purchase_day_count, net_amount of as many weeks up to the cutoff
        and after it, of those with any.
    weeks : float
        Length of both.
    cutoff : date
        Last day that the models knew of.

    Returns
    -------
    list of Measured
        ``too_few`` where there are fewer than 100 customers.
    """
    count = len(histories)
    fitted = {purchases.status_, amounts.status_} == {"estimated"}
    if count < FEWEST or not fitted:
        untold = Measured(
            measure_code="purchase_error", value=None, row_count=count, status="too_few"
        )
        return [untold.at(cutoff, cutoff)]
    expected = purchases.predict(histories, weeks)
    value = expected * amounts.predict(histories)
    bought = _of(after, "purchase_day_count", histories)
    spent, spent_before = (
        _of(told, "net_amount", histories) for told in (after, before)
    )
    repeats = repeats_of(histories)
    own_rate = np.divide(
        repeats.x * weeks, repeats.T, out=np.zeros(count), where=repeats.T > 0
    )
    rules = (own_rate, np.zeros(count))
    told = [
        *_errors(bought, expected, dict(zip(NAIVE, rules, strict=True))),
        *_ranks(spent, value, spent_before),
        *_calibration(bought, expected),
        Measured(
            measure_code="total_amount",
            value=float(spent.sum()),
            row_count=count,
            expected_value=float(value.sum()),
        ),
    ]
    return [each.at(cutoff, cutoff) for each in told]


def look_back(
    previous: PurchaseModel,
    before: pd.DataFrame,
    now: pd.DataFrame,
    bought: pd.DataFrame,
    *,
    weeks: float,
) -> list[Measured]:
    """What a former model said, against what then happened, and how far all has moved.

    Parameters
    ----------
    previous : PurchaseModel
        Of the anchor before.
    before, now : DataFrame
        Histories as the former model knew them, and as they are known now.
    bought : DataFrame
        customer_id, purchase_day_count of the weeks between, of those with any.
    weeks : float
        How many they were.

    Returns
    -------
    list of Measured
        ``last_period_purchases`` with what was expected, and population stability
        indices of what the model sees and of the purchases that it expects; nothing
        where there was no model.
    """
    if previous.status_ != "estimated" or not len(before) or not len(now):
        return []
    said = previous.predict(before, weeks)
    happened = _of(bought, "purchase_day_count", before)
    indices = {
        name: population_stability_index(before[name], now[name]) for name in SEEN
    }
    expected = previous.predict(now, weeks)
    indices["expected_purchases"] = population_stability_index(said, expected)
    return [
        Measured(
            measure_code="last_period_purchases",
            value=float(happened.sum()),
            expected_value=float(said.sum()),
            row_count=len(before),
        ),
        *(moved(name, index, len(now)) for name, index in indices.items()),
    ]


def _of(told: pd.DataFrame, column: str, histories: pd.DataFrame) -> Vector:
    by_customer = told.set_index("customer_id")[column]
    found = by_customer.reindex(histories["customer_id"]).fillna(0.0)
    values: Vector = found.to_numpy(dtype="float64")
    return values


def _errors(
    bought: Vector, expected: Vector, rules: dict[str, Vector]
) -> list[Measured]:
    """Mean absolute errors of purchase days, and how much less the model errs."""
    own = np.abs(bought - expected)
    told = [_mean("purchase_error", "model", own)]
    for name, rule in rules.items():
        error = np.abs(bought - rule)
        told += [
            _mean("purchase_error", name, error),
            _mean("purchase_error_avoided", f"model - {name}", error - own),
        ]
    return told


def _mean(measure: str, contender: str, values: Vector) -> Measured:
    mean, low, high = mean_interval(values)
    return Measured(
        measure_code=measure,
        contender_code=contender,
        value=mean,
        value_low=low,
        value_high=high,
        row_count=len(values),
    )


def _ranks(spent: Vector, value: Vector, before: Vector) -> list[Measured]:
    """Rank correlation with what was spent, and what the best tenth brought."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([SEED])))
    told = []
    for name, of in (("rank_correlation", _spearman), ("top_tenth_share", _top_share)):
        ours, theirs = of(spent, value), of(spent, before)
        size = min(len(spent), MOST_DRAWN)
        gained = np.empty(DRAWS)
        for draw in range(DRAWS):
            rows = rng.integers(len(spent), size=size)
            gained[draw] = of(spent[rows], value[rows]) - of(spent[rows], before[rows])
        # fewer are drawn than there are, so that the draws spread more than they would
        gained = ours - theirs + (gained - ours + theirs) * np.sqrt(size / len(spent))
        low, high = np.percentile(gained, [2.5, 97.5])
        for contender, share in (("model", ours), ("last_quarter", theirs)):
            told.append(
                Measured(
                    measure_code=name,
                    contender_code=contender,
                    value=share,
                    row_count=len(spent),
                )
            )
        told.append(
            Measured(
                measure_code=name,
                contender_code="model - last_quarter",
                value=ours - theirs,
                value_low=low,
                value_high=high,
                row_count=len(spent),
            )
        )
    return told


def _spearman(one: Vector, other: Vector) -> float:
    ranks = rankdata(one), rankdata(other)
    if any(np.ptp(each) == 0 for each in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def _top_share(spent: Vector, score: Vector) -> float:
    """Share of all spending by the tenth with the highest score."""
    best = np.argsort(-score, kind="stable")[: max(len(score) // BINS, 1)]
    total = float(spent.sum())
    return float(spent[best].sum()) / total if total > 0 else 0.0


def _calibration(bought: Vector, expected: Vector) -> list[Measured]:
    """Purchase days against those expected, by tenths, and the slope between them."""
    order = np.argsort(expected, kind="stable")
    told = [
        Measured(
            measure_code="calibration_bin",
            bin_number=number,
            value=float(bought[rows].mean()),
            expected_value=float(expected[rows].mean()),
            row_count=len(rows),
        )
        for number, rows in enumerate(np.array_split(order, BINS), start=1)
    ]
    spread = expected - expected.mean()
    square = float(spread @ spread)
    slope = float(spread @ bought) / square if square > 0 else None
    return [
        *told,
        Measured(
            measure_code="calibration_slope",
            value=slope,
            row_count=len(bought),
            expected_value=1.0,
        ),
    ]
