"""A small plausible night in `raw`, written as the loader would write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from psycopg import sql

from warehouse import Warehouse

DAY = date(2031, 3, 4)
NOON = datetime(2031, 3, 4, 12, tzinfo=UTC)
ENTITIES = ("customers", "products", "orders", "order_lines", "web_requests")


@dataclass
class NightInRaw:
    """Writes batches and rows of one date."""

    warehouse: Warehouse

    def __post_init__(self) -> None:
        self.batch_ids: list[int] = []

    def add_batch(self, entity: str, day: date = DAY, **counts: Any) -> int:
        """Write a batch of `entity`; `counts` are those of the ledger."""
        read = {"read_count": 100, "loaded_count": 100, **counts}
        columns = {
            "source_name": "test",
            "entity": entity,
            "business_date": day,
            "mode": "incremental",
            "window_from": day,
            "window_to": day + timedelta(days=1),
            "reading_number": 1,
            "quarantined_count": 0,
            "known_count": 0,
            "run_id": uuid4(),
            **read,
        }
        statement = sql.SQL(
            "insert into ledger.batches ({}) values ({}) returning batch_id"
        ).format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Placeholder, columns)),
        )
        with self.warehouse.connect("admin") as connection:
            (batch_id,) = connection.execute(statement, columns).fetchone() or (0,)
        self.batch_ids.append(int(batch_id))
        return int(batch_id)

    def add_rows(
        self, entity: str, batch_id: int, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Write rows of a batch."""
        meta = {
            "_batch_id": batch_id,
            "_batch_date": DAY,
            "_source_stamp": NOON,
            "_occurrence": 1,
            "_is_deleted": False,
        }
        told = [{**meta, "_content_hash": uuid4(), **row} for row in rows]
        if told:
            columns = told[0]
            statement = sql.SQL("insert into raw.{} ({}) values ({})").format(
                sql.Identifier(entity),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(map(sql.Placeholder, columns)),
            )
            with self.warehouse.connect("admin") as connection:
                connection.cursor().executemany(statement, told)

    def add_night(self, **rows: Sequence[Mapping[str, Any]]) -> None:
        """Write a night: the rows given, and plausible ones of all else."""
        for entity in ENTITIES:
            told = rows.get(entity, PLAUSIBLE[entity])
            count = len(told)
            batch = self.add_batch(entity, read_count=count, loaded_count=count)
            self.add_rows(entity, batch, told)


def order(number: int, **different: Any) -> dict[str, Any]:
    """Order of a customer that `PLAUSIBLE` knows."""
    return {
        "order_id": f"order-{number}",
        "customer_id": f"customer-{number % 3}",
        "order_status": "completed",
        "ordered_at": NOON,
        **different,
    }


def line(number: int, **different: Any) -> dict[str, Any]:
    """Only line of an order that `PLAUSIBLE` knows."""
    return {
        "order_id": f"order-{number}",
        "line_id": "1",
        "product_id": f"product-{number % 5}",
        "quantity": 2,
        "gross_amount": 10,
        "net_amount": 8,
        **different,
    }


def request(number: int, **different: Any) -> dict[str, Any]:
    """Request of a person."""
    return {
        "file_hash": "f",
        "line_number": number,
        "visitor_hash": f"visitor-{number % 7}",
        "visitor_kind": "cookie",
        "kind": "human",
        "requested_at": NOON,
        "path": f"/p/product-{number}",
        "page_code": "product",
        "status_code": 200,
        **different,
    }


PLAUSIBLE: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": f"customer-{i}", "registered_at": NOON, "birth_year": 1980}
        for i in range(3)
    ],
    "products": [{"product_id": f"product-{i}", "category": "tea"} for i in range(5)],
    "orders": [order(i) for i in range(100)],
    "order_lines": [line(i) for i in range(100)],
    "web_requests": [request(i) for i in range(100)],
}
