"""How good a model is: measures that all models share.

Pure functions of arrays and frames. Nothing here knows what a score is about.
"""

from mining.evaluation.bootstrap import Interval, mean_interval, ranking_intervals
from mining.evaluation.calibration import (
    Calibration,
    calibration,
    calibration_table,
    recalibration,
)
from mining.evaluation.drift import (
    population_stability_index,
    stability_of_kinds,
    stability_of_shares,
)
from mining.evaluation.holdouts import (
    contacts_without_holdout,
    never_contacted_weights,
)
from mining.evaluation.ranking import Ranked, auc, average_precision, lift_table

__all__ = [
    "Calibration",
    "Interval",
    "Ranked",
    "auc",
    "average_precision",
    "calibration",
    "calibration_table",
    "contacts_without_holdout",
    "lift_table",
    "mean_interval",
    "never_contacted_weights",
    "population_stability_index",
    "ranking_intervals",
    "recalibration",
    "stability_of_kinds",
    "stability_of_shares",
]
