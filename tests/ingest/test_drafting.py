"""A draft is read from names; corrected by a person, it loads."""

import sqlite3
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import yaml
from pydantic import SecretStr

from danggol.company import Company
from ingest import shop
from ingest.drafting import draft
from ingest.sources.database import catalogue
from tests.warehouse.told import KEYS
from warehouse import Warehouse
from warehouse.batches import Counts

SEOUL = ("Asia/Seoul", "KRW")
# As the sample shops of textbooks have it; times without a zone, a name to be quoted.
TEXTBOOK = """
create table "Users" (
    "Id" bigint primary key, "Name" text, "E-Mail" text, "UpdatedAt" timestamp
);
create table products (id bigint primary key, title text, category text);
create table shop_orders (
    id bigint primary key, buyer bigint references "Users", order_date timestamptz,
    updated_at timestamp
);
create table order_details (
    order_no bigint references shop_orders, product_id bigint, qty integer,
    unit_price numeric, created_at timestamptz, primary key (order_no, product_id)
);
create table order_history (id bigint primary key);
insert into "Users" values (7, 'Kim', 'kim@example.com', '2026-03-02 09:00');
insert into products values (3, 'Tea', 'drinks');
insert into shop_orders values (1, 7, '2026-03-02 10:00+09', '2026-03-02 10:00');
insert into order_details values (1, 3, 2, 1500, '2026-03-02 10:00+09');
"""


def corrected(text: str) -> dict:
    """What a person makes of it."""
    told = yaml.safe_load(text)
    return told | {
        "history_first_date": "2026-01-01",
        "history_last_date": "2026-03-01",
    }


@pytest.fixture
def tables(tmp_path: Path) -> Callable[[str], dict[str, dict]]:
    """Entities of the draft about a database made by a script."""

    def entities(script: str) -> dict[str, dict]:
        with sqlite3.connect(tmp_path / "shop.db") as connection:
            connection.executescript(script)
        seen = catalogue(SecretStr(f"sqlite:///{tmp_path / 'shop.db'}"))
        told = corrected(draft(seen, "mine", "SHOP_URL", *SEOUL))
        return told["shop"]["entities"]

    return entities


@pytest.mark.postgres
def test_the_draft_of_a_textbook_shop_loads_a_night(
    warehouse: Warehouse, shop_database: psycopg.Connection, tmp_path: Path
):
    shop_database.execute(TEXTBOOK)
    shop_database.commit()
    where = shop_database.info
    url = SecretStr(
        f"postgresql://{where.user}:{where.password.replace(' ', '%20')}"
        f"@{where.host}:{where.port}/{where.dbname}"
    )

    text = draft(catalogue(url), "textbook", "SHOP_URL", *SEOUL)
    company = Company.model_validate(corrected(text))
    night = shop.Night(date(2026, 3, 2), company.zone, url, tmp_path, uuid4(), KEYS)

    # rows of a PostgreSQL pass as blocks, and at the pace that was asked for
    paced = company.shop.model_copy(update={"max_rows_per_second": 4})

    begun = time.monotonic()
    assert shop.load(warehouse, paced, night) == Counts(4, 4, 0, 0)
    assert time.monotonic() - begun >= 1
    with warehouse.connect("auditor") as connection:
        line = "select order_id, line_id, product_id, quantity, net_amount"
        assert connection.execute(f"{line} from raw.order_lines").fetchall() == [
            ("1", "3", "3", 2, 3000)
        ]
        order = "select customer_id, ordered_at::text from raw.orders"
        assert connection.execute(order).fetchall() == [("7", "2026-03-02 01:00:00+00")]
        who = "select customer_id, _source_stamp::text from raw.customers"
        assert connection.execute(who).fetchall() == [("7", "2026-03-02 00:00:00+00")]
    modes = {name: each.mode for name, each in company.shop.entities.items()}
    assert modes == {
        "customers": "incremental",
        "products": "full",
        "orders": "incremental",
        "order_lines": "append",
    }
    assert text.count("TODO") == 4  # the reader's, the name, two days


def test_what_is_not_found_is_asked_for(tables: Callable[[str], dict[str, dict]]):
    entities = tables("create table member (no integer, address text)")

    assert list(entities) == ["customers", "orders", "order_lines"]
    assert "null as customer_id" in entities["customers"]["query"]
    assert "address as street_address" in entities["customers"]["query"]
    assert "from TODO" in entities["orders"]["query"]


def test_a_draft_without_its_days_is_refused():
    text = draft(catalogue(SecretStr("sqlite://")), "mine", "SHOP_URL", *SEOUL)

    with pytest.raises(ValueError, match="history_first_date"):
        Company.model_validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("script", "entity", "table"),
    [
        ("create table tbl_member (id); create table member_log (id)", "customers",
         "tbl_member"),
        ("create table sales (id); create table sale_items (id)", "orders", "sales"),
        ("create table sales (id); create table sale_items (id)", "order_lines",
         "sale_items"),
        ("create table categories (id); create table 상품 (id)", "products", "상품"),
        ("create table accounts (id)", "customers", "accounts"),
        ("create table accounts (id); create table users (id)", "accounts", "accounts"),
        ("create table crm_tickets (id)", "service_cases", "crm_tickets"),
        ("create table sales (id); create table sale_returns (id)", "returns",
         "sale_returns"),
    ],
)  # fmt: skip
def test_a_table_is_known_by_its_name(
    tables: Callable[[str], dict[str, dict]], script: str, entity: str, table: str
):
    assert f"from {table}" in tables(script)[entity]["query"].replace('"', "")


def test_contacts_are_known_by_what_other_shops_call_them(
    tables: Callable[[str], dict[str, dict]],
):
    entities = tables(
        "create table clients (client_id integer primary key);"
        " create table tickets (ticket_no integer primary key, client_id integer"
        " references clients, staff_id integer, created_at text, resolved_at text);"
        " create table referrals (referral_id integer primary key, referrer_id integer"
        " references clients, referee_id integer, invited_at text)"
    )

    case, referral = (
        " ".join(entities[name]["query"].split())
        for name in ("service_cases", "referrals")
    )
    assert case == (
        "select ticket_no as case_id, client_id as customer_id,"
        " staff_id as employee_id, created_at as opened_at, resolved_at as solved_at"
        " from tickets"
    )
    assert referral == (
        "select referral_id, referrer_id as customer_id,"
        " referee_id as referred_customer_id, invited_at as referred_at from referrals"
    )
