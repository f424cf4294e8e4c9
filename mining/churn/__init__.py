"""Churn: who will stay away, how surely, and why.

`churn_labels` says what churn is, `churn_features` makes a matrix of what was known at
a cutoff, `ChurnModel` learns and explains, `judge` chooses the champion by looking at
cutoffs of the past, `learn` trains it, `churn_predictions` makes the rows of a night.
Nothing here reads or writes the warehouse.
"""

from mining.churn.candidates import CANDIDATES
from mining.churn.config import ChurnConfig
from mining.churn.cutoffs import Plan, plan_cutoffs
from mining.churn.features import COUNTS, FEATURES, GROUPS, churn_features
from mining.churn.judging import Examples, Judgement, judge, judged_until
from mining.churn.labels import (
    LABEL_VERSION,
    LABELS,
    NO_PURCHASE,
    VISITS_DROPPED,
    churn_horizon_days,
    churn_labels,
    horizon_of,
    labels_of_visits,
)
from mining.churn.learning import Learnt, drift, learn
from mining.churn.model import CannotLearn, ChurnModel
from mining.churn.predictions import RISK_BANDS, churn_predictions, risk_bands

__all__ = [
    "CANDIDATES",
    "COUNTS",
    "FEATURES",
    "GROUPS",
    "LABELS",
    "LABEL_VERSION",
    "NO_PURCHASE",
    "RISK_BANDS",
    "VISITS_DROPPED",
    "CannotLearn",
    "ChurnConfig",
    "ChurnModel",
    "Examples",
    "Judgement",
    "Learnt",
    "Plan",
    "churn_features",
    "churn_horizon_days",
    "churn_labels",
    "churn_predictions",
    "drift",
    "horizon_of",
    "judge",
    "judged_until",
    "labels_of_visits",
    "learn",
    "plan_cutoffs",
    "risk_bands",
]
