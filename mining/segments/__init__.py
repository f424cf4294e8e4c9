"""Customer segments: RFM, grades by contribution, clusters by behaviour.

Each customer is seen in four ways that answer different questions. The **RFM
segment** compares customers with each other: there is always a lowest fifth, however
well all of them do. The **value grade** says who brings the money. The **lifecycle
stage** (`mining.lifecycle`) compares customers with their own past only. The
**cluster** says who behaves alike: what is bought, where, how often, for how much.
"""

from mining.segments.behaviour import behaviour_features
from mining.segments.changes import (
    CAUSES,
    CHANGES,
    causes_of_changes,
    segment_changes,
)
from mining.segments.clusters import CustomerClusters
from mining.segments.config import BehaviourConfig, ClustersConfig
from mining.segments.customers import COLUMNS, segment_customers
from mining.segments.grades import GRADES, contribution_cents, value_grades
from mining.segments.rfm import (
    LOST,
    RFM_TABLE,
    SCORES,
    SEGMENT_CODES,
    history_scores,
    quantile_scores,
    rfm_scores,
    segment_codes,
)

__all__ = [
    "CAUSES",
    "CHANGES",
    "COLUMNS",
    "GRADES",
    "LOST",
    "RFM_TABLE",
    "SCORES",
    "SEGMENT_CODES",
    "BehaviourConfig",
    "ClustersConfig",
    "CustomerClusters",
    "behaviour_features",
    "causes_of_changes",
    "contribution_cents",
    "history_scores",
    "quantile_scores",
    "rfm_scores",
    "segment_changes",
    "segment_codes",
    "segment_customers",
    "value_grades",
]
