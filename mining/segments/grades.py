"""Value grades: who brings the money."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.config import SegmentsConfig

GRADES = ("A", "B", "C", "D")


def contribution_cents(
    histories: pd.DataFrame, config: SegmentsConfig
) -> NDArray[np.int64]:
    """What each customer brought in the window, in hundredths of the currency.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        As `mining.histories.checked_histories` returns them.
    config : SegmentsConfig
        `grade_measure` chooses between margin and amount.

    Returns
    -------
    ndarray of shape (n_customers,)
        Margins if that of every customer of the window is known, else amounts.
    """
    margin = histories["window_margin_amount"]
    bought = histories["window_purchase_day_count"] > 0
    known = bool(bought.any()) and bool(margin[bought].notna().all())
    if config.grade_measure == "margin_when_known" and known:
        return cents(margin.fillna(0.0))
    return cents(histories["window_amount"])


def value_grades(
    contribution: NDArray[np.int64], percents: tuple[int, int, int]
) -> NDArray[np.object_]:
    """Grade of each customer by contribution: A, B, C or D.

    Of the positive contributions, largest first, A is the smallest group that brings
    `percents[0]` of their sum, B the next that brings `percents[1]` more, C the next
    `percents[2]`; D is the rest. Equal contributions share a grade, the better one.
    Zero and negative contributions, lost customers among them, are D: a grade says
    what someone brought, and they brought nothing.

    Parameters
    ----------
    contribution : ndarray of shape (n_customers,)
        Whole numbers, such as cents.
    percents : tuple of int
        Percent of the sum that A, B and C bring.

    Returns
    -------
    ndarray of shape (n_customers,)
        Text, one of `GRADES`.
    """
    positive = np.maximum(contribution, 0)
    values, group = np.unique(-positive, return_inverse=True)
    sums = np.bincount(group, minlength=len(values)).astype("int64") * -values
    total = int(sums.sum())
    # What the customers ahead of a group bring: short of the limit, the group is
    # still needed to reach it. All of it lies ahead of those who bring nothing.
    ahead = np.cumsum(sums) - sums
    limits = [-(-percent * total // 100) for percent in np.cumsum(percents).tolist()]
    grade = np.searchsorted(limits, ahead, side="right")
    grades: NDArray[np.object_] = np.array(GRADES, dtype=object)[grade[group]]
    return grades


def cents(amounts: pd.Series) -> NDArray[np.int64]:
    """Hundredths, exact: a sum of doubles is off by far less than half a cent."""
    whole: NDArray[np.int64] = np.rint(amounts.to_numpy() * 100).astype("int64")
    return whole
