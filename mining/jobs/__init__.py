"""Mining jobs: read marts, call a model, write tables of results.

This is the only room of `mining` that touches the warehouse. Each job takes the day it
speaks for, replaces that day's rows in one transaction, and returns how many it wrote;
running it again changes nothing. What a model learns, it learns at an anchor date
(`anchors`), the first of the month: nights only score.
"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from mining.jobs.churn import predict_churn
from mining.jobs.cross_sell import find_rules
from mining.jobs.lifetime_values import value_customers
from mining.jobs.next_best_products import recommend
from mining.jobs.segments import segment
from warehouse import Warehouse


class Job(Protocol):
    """Mines a night and returns the rows written; `again` as `anchors` takes it."""

    def __call__(
        self, warehouse: Warehouse, as_of: date, *, again: bool = False
    ) -> int: ...


JOBS: Mapping[str, Job] = {
    "segments": segment,
    "lifetime_values": value_customers,
    "churn": predict_churn,
    "cross_sell": find_rules,
    "next_best_products": recommend,
}
