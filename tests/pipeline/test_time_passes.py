"""Contacts told in any order, and time that passes: the answers against a rebuild.

What is due, promised or 90 days ago changes though nothing is told of it, so the nights
here lie days and weeks apart, over the ends of months.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.pipeline.told_nights import (
    Night,
    Row,
    copied,
    published_and_rebuilt,
    run_night,
    tell,
)
from warehouse import Warehouse

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

NIGHTS = 7
HISTORY = date(2025, 3, 28)
DAYS = 75  # of the history
CUSTOMERS = ["anna", "ben", "cleo", "dora"]
EMPLOYEES = ["erin", "fred", "gina"]
REASONS = ["broken", "how_to_use", None]
VISITORS = ["v0", "v1", "v2"]
PAGES = ["product", "search", "search_failed", "cart", "checkout", "order_done", "home"]
ANSWERS = {
    *("unanswered_inquiries", "service_request_deadlines", "repeat_contacts"),
    *("unconfirmed_registrations", "self_solvable_reasons", "service_values"),
    *("quote_conflicts", "open_promises", "rep_handovers", "lead_quality"),
    *("sales_contacts_during_open_cases", "failed_searches", "order_steps"),
    *("visitor_recognition", "ecrm_funnels"),
}


class Teller:
    """Makes up what the nights of a seed bring, each of a business date of its own."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
        self.day = HISTORY

    def history(self) -> Night:
        """Enough of everything for each mart to have rows."""
        return {
            "customers": [self._customer(each) for each in CUSTOMERS],
            "employees": [self._employee(each) for each in EMPLOYEES],
            "products": [{"product_id": each} for each in ("bread", "cake")],
            "reasons": [self._reason()],
            "orders": [self._order() for _ in range(12)],
            "order_lines": [self._line(f"o{number}") for number in range(12)],
            "interactions": [self._interaction() for _ in range(60)],
            "service_cases": [self._case() for _ in range(24)],
            "quotes": [self._quote() for _ in range(50)],
            "leads": [self._lead() for _ in range(10)],
            "registrations": [self._registration() for _ in range(10)],
            "campaign_contacts": [self._contact() for _ in range(20)],
            "web_requests": [self._request() for _ in range(60)],
        }

    def night(self) -> Night:
        """A few rows of some entities, and of others an empty batch."""
        self.day += timedelta(days=int(self._rng.choice([1, 1, 3, 20, 45])))
        told = {
            "customers": self._customer(self._one_of(CUSTOMERS)),
            "customer_merges": self._merge(),
            "employees": self._employee(self._one_of(EMPLOYEES)),
            "reasons": self._reason(),
            "orders": self._order(),
            "order_lines": self._line(f"o{self._number(16)}"),
            "interactions": self._interaction(),
            "service_cases": self._case(),
            "quotes": self._quote(),
            "leads": self._lead(),
            "registrations": self._registration(),
            "campaign_contacts": self._contact(),
            "web_requests": self._request(),
        }
        rare = {"customers", "customer_merges", "employees", "reasons"}
        return {
            entity: [row] if self._happens(0.2 if entity in rare else 0.5) else []
            for entity, row in told.items()
        }

    def _customer(self, name: str | None) -> Row:
        return {
            **self._version(),
            "customer_id": name,
            "employee_id": "gina" if name == "dora" else self._one_of(EMPLOYEES),
            "phone_hash": self._one_of(["p1", "p2", None]),
            "registered_at": self._moment(),
        }

    def _employee(self, name: str | None) -> Row:
        left = self.day - timedelta(days=self._number(30))
        if name == "gina":
            left = date(2027, 1, 1)  # far ahead of every night
        leaves = name == "gina" or self._happens(0.3)
        return {
            **self._version(),
            "employee_id": name,
            "employee_status": "active",
            "resigned_date": left if leaves else None,
        }

    def _merge(self) -> Row:
        one, other = self._rng.permutation(CUSTOMERS)[:2].tolist()
        named = {"customer_id": one, "merged_into_customer_id": other}
        return {**self._version(), **named, "merged_at": self._moment()}

    def _reason(self) -> Row:
        told = {"reason_group_code": "service", "reason_code": "broken"}
        return {**self._version(), **told, "is_self_solvable": self._happens(0.5)}

    def _order(self) -> Row:
        return {
            **self._version(),
            "order_id": f"o{self._number(16)}",
            "customer_id": self._one_of([*CUSTOMERS, None]),
            "ordered_at": self._moment(),
        }

    def _line(self, order_id: str) -> Row:
        told = {"order_id": order_id, "line_id": "1", "product_id": "bread"}
        cost = 2 if self._happens(0.8) else None
        amounts = {"quantity": 1, "net_amount": self._number(9), "unit_cost": cost}
        return {**self._version(), **told, **amounts}

    def _interaction(self) -> Row:
        row: Row = {**self._version(), "interaction_id": f"i{self._number(70)}"}
        if self._happens(0.05):
            return {**row, "_is_deleted": True}
        began = self._moment()
        kinds = ["mail", "promise", "call", "visit", "chat"]
        return {
            **row,
            **self._who(),
            "interaction_type_code": self._one_of(kinds),
            "direction_code": self._one_of(["inbound", "outbound"]),
            "reason_code": self._one_of(REASONS),
            "started_at": began,
            "due_at": self._later(began, 0.7),
            "done_at": self._later(began, 0.5),
            "cost_amount": self._number(5),
        }

    def _case(self) -> Row:
        began = self._moment()
        return {
            **self._version(),
            **self._who(),
            "case_id": f"c{self._number(30)}",
            "case_type_code": self._one_of(["complaint", "repair", None]),
            "reason_code": self._one_of(REASONS),
            "opened_at": began,
            "answered_at": self._later(began, 0.5),
            "promised_at": self._later(began, 0.6),
            "visited_at": self._later(began, 0.3),
            "solved_at": self._later(began, 0.6),
            "cost_amount": self._number(5),
        }

    def _quote(self) -> Row:
        return {
            **self._version(),
            **self._who(),
            "quote_id": f"q{self._number(60)}",
            "line_id": "1",
            "product_id": self._one_of(["bread", "cake", "tea"]),
            "unit_price_amount": 10 + self._number(3),
            "quoted_at": self._moment(),
        }

    def _lead(self) -> Row:
        return {
            **self._version(),
            "lead_id": f"l{self._number(12)}",
            "customer_id": self._one_of([*CUSTOMERS, None]),
            "phone_hash": self._one_of(["p1", "p2", "p3"]),
            "lead_status": self._one_of(["new", "won", "lost"]),
            "received_at": self._moment(),
        }

    def _registration(self) -> Row:
        began = self._moment()
        return {
            **self._version(),
            "registration_id": f"s{self._number(12)}",
            "customer_id": self._one_of(CUSTOMERS),
            "event_code": "fair",
            "registered_at": began,
            "confirmed_at": self._later(began, 0.5),
            "event_starts_at": self._later(began, 0.8),
        }

    def _contact(self) -> Row:
        moment = self._moment()
        return {
            **self._version(),
            "contact_id": f"m{self._number(24)}",
            "campaign_id": "spring",
            "customer_id": self._one_of(CUSTOMERS),
            "contact_date": moment.date(),
            "contacted_at": moment if self._happens(0.5) else None,
        }

    def _request(self) -> Row:
        # few moments, so that there are visits of several pages
        slot = timedelta(minutes=10 * self._number(6))
        day = self._moment().replace(hour=23, minute=40, second=0)
        told: Row = {"visitor_hash": self._one_of(VISITORS), "requested_at": day + slot}
        told["page_code"] = self._one_of(PAGES)
        if self._happens(0.1):
            told["customer_id"] = self._one_of(CUSTOMERS)
        if self._happens(0.2):
            told["kind"] = "crawler"
        return told

    def _who(self) -> Row:
        customer = self._one_of([*CUSTOMERS, "nobody known"])
        return {"customer_id": customer, "employee_id": self._one_of(EMPLOYEES)}

    def _version(self) -> Row:
        """Most versions are of the night, some are older than what was told before."""
        late = timedelta(days=self._number(40) if self._happens(0.2) else 0)
        night = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return {"_source_stamp": night - late}

    def _moment(self) -> datetime:
        """Some moment of the history or since, with its nights."""
        seconds = int(self._rng.integers(0, DAYS * 86_400))
        end = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return end - timedelta(seconds=seconds)

    def _later(self, moment: datetime, probability: float) -> datetime | None:
        """Some moment within five weeks, known of or yet to come; often none."""
        if not self._happens(probability):
            return None
        return moment + timedelta(seconds=int(self._rng.integers(1, 35 * 86_400)))

    def _number(self, below: int) -> int:
        return int(self._rng.integers(below))

    def _one_of(self, these: list[str] | list[str | None]) -> str | None:
        return these[self._rng.integers(len(these))]

    def _happens(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nights_weeks_apart_end_where_a_rebuild_does(
    seed: int, template: Warehouse, tmp_path: Path
):
    teller = Teller(seed)
    with copied(template, f"warehouse_of_answers_{seed}") as warehouse:
        for night in [Teller.history, *[Teller.night] * NIGHTS]:
            told = night(teller)
            tell(warehouse, told, teller.day)
            run_night(warehouse, tmp_path, day=teller.day)
        published, rebuilt = published_and_rebuilt(warehouse, tmp_path, day=teller.day)

    assert {mart for mart in ANSWERS if not published[mart]} == set()
    different = [mart for mart in published if published[mart] != rebuilt[mart]]
    assert different == []
