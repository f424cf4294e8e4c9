"""What was measured of a model, as `mined.model_evaluations` keeps it."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from math import isfinite
from typing import Self

import pandas as pd

MODEL = "model"
LEAST_SLOPE, MOST_SLOPE = 0.7, 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One number about one model.

    Attributes
    ----------
    measure_code : str
        What was measured.
    value : float or None
        None, like NaN, where it could not be.
    row_count : int
        Customers, or whatever was counted, behind it.
    subject_code : str
        A label, a list, a level, a feature; ``all`` where there is one only.
    contender_code : str
        Whose measure it is: ``model`` or a naive rule; ``model - rule`` is a
        difference of both on the same customers.
    bin_number : int
        Of measures by parts, the part, from 1.
    value_low, value_high : float or None
        Limits of the 95 % interval.
    expected_value : float or None
        What it should be, or was predicted to be.
    first_cutoff_date, last_cutoff_date : date or None
        Cutoffs that were judged.
    status : str
        ``measured``, or why not, or under what restriction.
    """

    measure_code: str
    value: float | None
    row_count: int
    subject_code: str = "all"
    contender_code: str = MODEL
    bin_number: int = 0
    value_low: float | None = None
    value_high: float | None = None
    expected_value: float | None = None
    first_cutoff_date: date | None = None
    last_cutoff_date: date | None = None
    status: str = "measured"

    def at(self, first: date, last: date) -> Self:
        """The same, judged from the first cutoff to the last."""
        return replace(self, first_cutoff_date=first, last_cutoff_date=last)


def moved(subject: str, index: float, count: int) -> Measured:
    """How far something has moved since the anchor before, as `drift` tells it."""
    return Measured(
        measure_code="population_stability_index",
        subject_code=subject,
        value=index,
        row_count=count,
    )


def as_frame(measures: Iterable[Measured]) -> pd.DataFrame:
    """A row a measure; what is no finite number is missing."""
    names = [field.name for field in fields(Measured)]
    rows = [asdict(each) for each in measures]
    frame = pd.DataFrame(rows, columns=names).astype(object)
    numbers = ["value", "value_low", "value_high", "expected_value"]
    for name in numbers:
        told = [None if x is None or not isfinite(x) else float(x) for x in frame[name]]
        frame[name] = pd.Series(told, index=frame.index, dtype="Float64")
    return frame.astype({"row_count": "int64", "bin_number": "int64"})


def reason_to_hold(
    measures: Iterable[Measured], gain: str, naive: Collection[str]
) -> str | None:
    """Why a model's scores are not worth being published, or None.

    Parameters
    ----------
    measures : iterable of Measured
        Of one anchor.
    gain : str
        Measure whose differences ``model - <rule>`` say how much better the model is;
        more is better.
    naive : collection of str
        The rules that a model must not be surely worse than.

    Returns
    -------
    str or None
        Named are a naive rule that is surely better (the upper limit of the difference
        is below 0), and a calibration slope beyond 0.7 to 1.3, surely if it has limits.
    """
    reasons = []
    versus = {f"{MODEL} - {rule}": rule for rule in naive}
    for each in measures:
        what = "" if each.subject_code == "all" else f" of {each.subject_code}"
        if each.value is None or not isfinite(each.value):
            continue
        if (
            each.measure_code == gain
            and each.contender_code in versus
            and each.value_high is not None
            and each.value_high < 0
        ):
            rule = versus[each.contender_code]
            reasons.append(
                f"{gain}{what}: {rule} is better by {-each.value:.3f}"
                f" (at least {-each.value_high:.3f})"
            )
        is_slope = each.measure_code == "calibration_slope"
        is_own = is_slope and each.contender_code == MODEL
        low, high = (
            each.value if limit is None or not isfinite(limit) else limit
            for limit in (each.value_low, each.value_high)
        )
        if is_own and not (low <= MOST_SLOPE and high >= LEAST_SLOPE):
            reasons.append(f"calibration slope{what} is {each.value:.2f}, not about 1")
    return "; ".join(reasons) or None
