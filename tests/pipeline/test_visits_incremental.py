"""Visits told in any order, late, corrected and taken back, against a rebuild."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.pipeline.told_nights import (
    CORE,
    Night,
    Row,
    copied,
    published_and_rebuilt,
    run_night,
    tell,
)
from warehouse import Warehouse

NIGHTS = 6
FIRST = datetime(2025, 1, 30, 12, tzinfo=UTC)  # three days over a month's end
VISITORS = [f"v{number}" for number in range(5)]
CUSTOMERS = ["anna", "ben", "cleo", "dora"]
ORDERS = ["o1", "o2", "o3"]
PAGES = ["cart", "checkout", "order_done", "search_failed"]
EVENTS = [f"e{number}" for number in range(8)]


class Teller:
    """Makes up what the nights of a seed bring.

    Moments lie ten minutes apart, so that some visits end just as the next page comes.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))

    def history(self) -> Night:
        """So many visits that a page hardly comes alone."""
        return {
            "web_requests": [self._request() for _ in range(60)],
            "web_events": [self._event() for _ in range(20)],
            "orders": [self._order() for _ in range(2)],
            "customers": [self._customer() for _ in range(2)],
        }

    def night(self) -> Night:
        """Few visits, so that most of what was is left alone, and seldom the rest."""
        night = {
            "web_requests": [self._request() for _ in range(3)],
            "web_events": [self._event()],
            "orders": [self._order()],
            "customers": [self._customer()],
            "customer_merges": [self._merge()],
            "products": [{"product_id": "cake"}],
        }
        return {
            entity: rows
            for entity, rows in night.items()
            if entity == "web_requests" or self._happens(0.2)
        }

    def _request(self) -> Row:
        told: Row = {"requested_at": self._moment(), **self._visit()}
        if self._happens(0.1):
            told["kind"] = "crawler"
        return told

    def _event(self) -> Row:
        told: Row = {"event_id": self._one_of(EVENTS), "_source_stamp": self._moment()}
        if self._happens(0.2):
            return {**told, "_is_deleted": True}
        page = {"page_code": "home", "kind": "app"}
        return {**told, **page, "occurred_at": self._moment(), **self._visit()}

    def _visit(self) -> Row:
        told: Row = {"visitor_hash": self._one_of(VISITORS)}
        if self._happens(0.15):
            told["customer_id"] = self._one_of(CUSTOMERS)
        if self._happens(0.15):
            told["order_id"] = self._one_of(ORDERS)
        if self._happens(0.2):
            told["product_id"] = "cake"
        if self._happens(0.3):
            told["page_code"] = self._one_of(PAGES)
        if self._happens(0.1):
            told["page_code"] = None
        return told

    def _order(self) -> Row:
        return {
            "order_id": self._one_of(ORDERS),
            "customer_id": self._one_of([*CUSTOMERS, None]),
            "ordered_at": self._moment(),
            "_source_stamp": self._moment(),
        }

    def _customer(self) -> Row:
        return {
            "customer_id": self._one_of(CUSTOMERS),
            "customer_status": self._one_of(["active", "dormant"]),
            "_source_stamp": self._moment(),
        }

    def _merge(self) -> Row:
        one, other = self._rng.permutation(CUSTOMERS)[:2].tolist()
        return {
            "customer_id": one,
            "merged_into_customer_id": other,
            "merged_at": self._moment(),
            "_source_stamp": self._moment(),
        }

    def _moment(self) -> datetime:
        return FIRST + timedelta(minutes=10 * int(self._rng.integers(0, 3 * 144)))

    def _one_of(self, these: list[str] | list[str | None]) -> str | None:
        return these[self._rng.integers(len(these))]

    def _happens(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nights_in_any_order_end_where_a_rebuild_does(
    seed: int, template: Warehouse, tmp_path: Path
):
    teller = Teller(seed)
    with copied(template, f"warehouse_of_visits_{seed}") as warehouse:
        for night in [teller.history(), *(teller.night() for _ in range(NIGHTS))]:
            tell(warehouse, night)
            run_night(warehouse, tmp_path, selected=CORE)
        published, rebuilt = published_and_rebuilt(warehouse, tmp_path, selected=CORE)

    assert len(published["fct_web_sessions"]) > 10  # the nights did bring visits
    assert published == rebuilt
