"""Rows of `mined.churn_predictions`: a row a customer and label, scorable or not."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from mining.churn.labels import LABEL_VERSION, LABELS, VISITS_DROPPED
from mining.churn.model import ChurnModel

REASONS = 3
RISK_BANDS = ("low", "medium", "high")

# why there is no prediction; `CannotLearn.reason_code` has those of a model
NOT_ACTIVE = "not_active"
NOTHING_TO_DROP = "no_visits_to_drop"

COLUMNS = (
    *("as_of_date", "customer_id", "label_code", "horizon_days"),
    *("churn_probability", "risk_band"),
    *(
        f"reason_{place}_{what}"
        for place in range(1, REASONS + 1)
        for what in ("code", "contribution")
    ),
    *("is_scorable", "not_scorable_reason_code", "label_version", "model_version"),
)


def churn_predictions(
    model: ChurnModel | None,
    features: pd.DataFrame,
    customers: pd.Series,
    *,
    as_of: date,
    label_code: str,
    horizon_days: int,
    model_version: str | None = None,
    not_learnt_code: str | None = None,
    left: Sequence[str] = (),
) -> pd.DataFrame:
    """Score the customers of one business date.

    Parameters
    ----------
    model : ChurnModel or None
        Fitted to this label; None where nothing could be learnt.
    features : DataFrame of shape (n, n_features)
        From `churn_features`, of the active customers.
    customers : Series of shape (n,)
        Who they are; text, unique.
    as_of : date
        Business date, the cutoff of the features.
    label_code : {"no_purchase", "visits_dropped"}
    horizon_days : int
    model_version : str, optional
    not_learnt_code : str, optional
        Where there is no model, the `reason_code` of `CannotLearn`.
    left : sequence of str
        Customers who have bought, but not lately enough to be active.

    Returns
    -------
    DataFrame of shape (n + len(left), 16)
        `COLUMNS`, sorted by customer. Probability, band and reasons are missing where
        `is_scorable` is false, and `not_scorable_reason_code` then says why.

    Raises
    ------
    ValueError
        If the label is not known, or there is neither a model nor a reason why.
    """
    if label_code not in LABELS:
        raise ValueError(f"label_code must be one of {LABELS}, got {label_code!r}")
    if model is None and not_learnt_code is None:
        raise ValueError("without a model, not_learnt_code must say why")
    why = _why_not(features, label_code, horizon_days, not_learnt_code)
    rows = pd.DataFrame(
        {
            "customer_id": customers.astype("str").to_numpy(),
            "not_scorable_reason_code": why,
        }
    )
    if model is not None:
        is_scored = pd.isna(why)
        told = _told(model, features[is_scored])
        rows = rows.join(told.set_index(rows.index[is_scored]))
    gone = pd.DataFrame({"customer_id": pd.Series(left, dtype="str")})
    gone["not_scorable_reason_code"] = NOT_ACTIVE
    rows = pd.concat([rows, gone], ignore_index=True)
    return _in_shape(rows, as_of, label_code, horizon_days, model_version)


def risk_bands(model: ChurnModel, probabilities: NDArray[np.float64]) -> pd.Series:
    """Band of each probability: its odds, in those of the training rows.

    Odds, because twice a base rate of 70 % is nobody's probability.
    """
    chance = np.clip(probabilities, 1e-6, 1 - 1e-6)
    odds = np.round(np.exp(logit(chance) - model.base_score_), 6)
    limits = (model.config.medium_odds, model.config.high_odds)
    names = np.array(RISK_BANDS, dtype=object)
    return pd.Series(names[np.searchsorted(limits, odds, side="right")], dtype="str")


def _why_not(
    features: pd.DataFrame,
    label_code: str,
    horizon_days: int,
    not_learnt_code: str | None,
) -> NDArray[np.object_]:
    """Why each row is not scored, None where it is."""
    why = np.full(len(features), not_learnt_code, dtype=object)
    if label_code == VISITS_DROPPED:
        silent = features["recency_days"].to_numpy() >= horizon_days
        why[silent & pd.isna(why)] = NOTHING_TO_DROP
    return why


def _told(model: ChurnModel, features: pd.DataFrame) -> pd.DataFrame:
    told = model.explain(features, REASONS).reset_index(drop=True)
    chance = model.predict_proba(features)[:, 1]
    told["churn_probability"] = chance
    told["risk_band"] = risk_bands(model, chance)
    return told


def _in_shape(
    rows: pd.DataFrame,
    as_of: date,
    label_code: str,
    horizon_days: int,
    model_version: str | None,
) -> pd.DataFrame:
    rows["as_of_date"] = pd.Series(as_of, index=rows.index, dtype="object")
    rows["label_code"] = label_code
    rows["horizon_days"] = horizon_days
    rows["label_version"] = LABEL_VERSION
    rows["model_version"] = model_version
    rows = rows.reindex(columns=[*COLUMNS])
    rows["is_scorable"] = rows["not_scorable_reason_code"].isna()
    texts = ("_code", "_band", "_version")
    numbers = ("_contribution", "_probability")
    return (
        rows.astype({name: "str" for name in COLUMNS if name.endswith(texts)})
        .astype({name: "float64" for name in COLUMNS if name.endswith(numbers)})
        .sort_values("customer_id", ignore_index=True)
    )
