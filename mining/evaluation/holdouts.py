"""Judging a prediction though a campaign acts against what it predicts.

Who is called because they are about to leave, and stays, looks like a false alarm. Only
who was never called shows what would have happened; where a share of a campaign's
audience was left out by lot, those weigh for all of the audience.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]

COLUMNS = ("customer_id", "campaign_id", "is_holdout", "is_randomised")


def never_contacted_weights(customers: pd.Series, contacts: pd.DataFrame) -> Vector:
    """Weights with which the customers nobody contacted stand for everybody.

    Parameters
    ----------
    customers : Series of shape (n,)
        Customer of each row that is judged.
    contacts : DataFrame
        A row a customer and campaign of the time that is judged: customer_id,
        campaign_id, is_holdout (left out, deliberately), is_randomised (by lot).

    Returns
    -------
    ndarray of shape (n,)
        0 for who was contacted, 1 for whom no campaign considered, and for who was
        left out the inverse of the chance of that, multiplied over campaigns. Who was
        picked by a rule has no chance of being left out, so that nobody stands for
        them: the weights speak of the others.

    Raises
    ------
    ValueError
        If a campaign left nobody out by lot; end the evaluation before it.

    References
    ----------
    Horvitz & Thompson (1952), A Generalization of Sampling Without Replacement From a
    Finite Universe, Journal of the American Statistical Association 47, 663-685.
    """
    told = list(contacts_without_holdout(contacts))
    if told:
        raise ValueError(
            f"{len(told)} campaigns left nobody out by lot: {', '.join(told)}; "
            "end the evaluation before them"
        )
    by_lot = contacts["is_randomised"].astype(bool)
    left_out = contacts["is_holdout"].astype(bool) & by_lot
    chance = left_out[by_lot].groupby(contacts["campaign_id"][by_lot]).mean()
    inverse = 1 / contacts["campaign_id"].map(chance).astype("float64")
    weight = inverse.where(left_out, 0.0).groupby(contacts["customer_id"]).prod()
    known = customers.map(weight).astype("float64").fillna(1.0)
    return np.asarray(known, dtype=np.float64)


def contacts_without_holdout(contacts: pd.DataFrame) -> list[str]:
    """Campaigns that left nobody out by lot, by name and in order."""
    left_out = contacts["is_holdout"].astype(bool) & contacts["is_randomised"].astype(
        bool
    )
    has_holdout = left_out.groupby(contacts["campaign_id"]).any()
    return sorted(has_holdout.index[~has_holdout.astype(bool)].astype(str))
