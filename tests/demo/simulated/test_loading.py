"""The shop of the simulated company: as its own tables, and as the warehouse reads it.

What the books say is counted again here from the rows, by SQL, as an auditor would.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from demo.simulated.loading import ShopNotEmpty, load
from demo.simulated.plan import Plan
from ingest.contract import SHOP_ENTITIES
from ingest.shop_source import EntityQuery
from ingest.sources.pace import Pace
from ingest.sources.postgresql import PostgresqlTables

pytestmark = pytest.mark.postgres

PLAN = Plan(customers=1_500, months=16, seed=6, business_share=0.15)
COMPANY = yaml.safe_load(
    (Path(__file__).parents[3] / "demo" / "simulated" / "company.yml").read_text(
        "utf-8"
    )
)
SPECS = {
    name: EntityQuery.model_validate(spec)
    for name, spec in COMPANY["shop"]["entities"].items()
}
TOLD_BEFORE = ("changed_at", "due_at", "promised_at", "event_starts_at")
"""Times that a row may tell though they lie ahead: what was promised or planned."""


@dataclass
class Shop:
    """A loaded shop."""

    connection: psycopg.Connection[Any]
    counts: dict[str, int]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(query.encode()).fetchall()

    def by_month(self, query: str) -> list[int]:
        """An amount of each month, of a query of days and amounts."""
        found = self.rows(
            "select coalesce(sum(amount), 0)::bigint from truth.months left join"
            f" ({query}) as booked on date_trunc('month', day)::date = month_on"
            " group by month_on order by month_on"
        )
        return [amount for (amount,) in found]

    def books(self, column: str) -> list[int]:
        """A column of the company's own books, month by month."""
        found = self.rows(f"select {column} from truth.months order by month_on")
        return [amount for (amount,) in found]


@pytest.fixture(scope="module")
def shop(shop_database: psycopg.Connection[Any]) -> Shop:
    counts = load(shop_database, PLAN, None)
    for table, key in (
        ("orders", "order_no"),
        ("order_items", "order_no, line_no"),
        ("contact_log", "contact_no"),
        ("service_cases", "case_no"),
        ("quotations", "quote_no"),
        ("leads", "lead_no"),
    ):
        shop_database.execute(
            f"create view latest_{table} as select distinct on ({key}) *"
            f" from {table} order by {key}, changed_at desc".encode()
        )
    shop_database.commit()
    return Shop(shop_database, counts)


def local(moment: str) -> str:
    return f"({moment} at time zone 'Asia/Seoul')::date"


DONE_LINES = (
    " from latest_order_items as items inner join latest_orders as orders"
    " on items.order_no = orders.order_no and orders.state = 'done'"
)
PURCHASES = (
    f"select {local('ordered_at')} as day, member_no from (select order_no, ordered_at,"
    f" member_no, sum(paid_amount) as paid{DONE_LINES}"
    " group by 1, 2, 3) as done where paid >= 0"
).replace("select order_no, ordered_at", "select orders.order_no, ordered_at")
BOOKED = {
    "gross_amount": f"select {local('ordered_at')} as day, list_amount as amount"
    + DONE_LINES,
    "discount_amount": f"select {local('ordered_at')} as day, discount as amount"
    + DONE_LINES,
    "refund_amount": f"select {local('returned_at')} as day, refund as amount"
    " from takebacks",
    "cost_of_goods_amount": f"select {local('ordered_at')} as day,"
    f" unit_cost::bigint * quantity as amount{DONE_LINES} union all"
    f" select {local('returned_at')}, -unit_cost::bigint * takebacks.quantity"
    " from takebacks inner join latest_order_items as items"
    " on takebacks.order_no = items.order_no and takebacks.line_no = items.line_no"
    " where is_restocked",
    "contact_cost_amount": "select contacted_on as day, cost as amount"
    f" from campaign_contacts union all select {local('started_at')}, cost"
    " from latest_contact_log where kind <> 'gift' and not is_deleted",
    "gift_amount": f"select {local('started_at')} as day, cost as amount"
    " from latest_contact_log where kind = 'gift' and not is_deleted",
    "service_cost_amount": f"select {local('coalesce(solved_at, closed_at)')} as day,"
    " cost as amount from latest_service_cases",
    "purchase_count": f"select day, 1 as amount from ({PURCHASES}) as bought",
}


@pytest.mark.parametrize("column", BOOKED)
def test_the_books_are_what_the_rows_sum_to(shop: Shop, column: str) -> None:
    books = shop.books(column)

    assert all(amount > 0 for amount in books[3:])
    assert books == shop.by_month(BOOKED[column])


def test_profit_is_what_is_left_of_gross(shop: Shop) -> None:
    columns = {name: shop.books(name) for name in BOOKED if name.endswith("_amount")}
    gross = columns.pop("gross_amount")

    assert shop.books("profit_amount") == [
        taken - sum(costs)
        for taken, *costs in zip(gross, *columns.values(), strict=True)
    ]


def test_active_customers_bought_and_joined_memberships_are_one(shop: Shop) -> None:
    counted = shop.by_month(
        "select month as day, count(*) as amount from (select distinct"
        " date_trunc('month', day) as month,"
        " coalesce(kept_member_no, bought.member_no) as member"
        f" from ({PURCHASES}) as bought left join membership_joins"
        " on bought.member_no = membership_joins.member_no"
        " where bought.member_no is not null) as active group by 1"
    )

    assert shop.books("active_customer_count") == counted
    assert shop.rows("select count(*) > 3 from membership_joins") == [(True,)]


@pytest.mark.parametrize(
    ("column", "condition"),
    [
        ("count(*)", "state = 'active'"),
        ("count(*)", "state = 'dormant'"),
        ("count(*)", "state = 'withdrawn'"),
        ("count(*)", "state = 'merged'"),
        ("count(distinct household_no)", "state in ('active', 'dormant')"),
    ],
)
def test_members_and_households_at_the_end_of_months(
    shop: Shop, column: str, condition: str
) -> None:
    counted = shop.rows(
        "select month_on, count from truth.months cross join lateral"
        f" (select {column} as count from (select distinct on (member_no) *"
        " from members where changed_at <"
        " (month_on + interval '1 month')::timestamp at time zone 'Asia/Seoul'"
        f" order by member_no, changed_at desc) as known where {condition}"
        " and (state = 'merged' or not exists (select from membership_joins"
        " where membership_joins.member_no = known.member_no)))"
        " order by 1"
    )
    state = condition.split("'")[1]
    name = f"{state}_member_count" if column == "count(*)" else "household_count"
    expected = [count for _, count in counted]

    assert shop.books(name) == expected
    assert expected[-1] > 0


def test_who_withdrew_or_was_joined_does_not_come_back(shop: Shop) -> None:
    steps = shop.rows(
        "select distinct before, state from (select state, lag(state) over"
        " (partition by member_no order by changed_at) as before from members) as told"
        " where before <> state"
    )

    assert {before for before, _ in steps} == {"active", "dormant", "withdrawn"}
    assert {after for before, after in steps if before == "withdrawn"} <= {"merged"}


def test_open_cases_at_the_end_of_months(shop: Shop) -> None:
    counted = shop.rows(
        "select month_on, count(case_no) from truth.months"
        " left join latest_service_cases on opened_at < month_end(month_on)"
        " and coalesce(least(solved_at, closed_at), 'infinity')"
        " >= month_end(month_on) group by 1 order by 1".replace(
            "month_end(month_on)",
            "(month_on + interval '1 month')::timestamp at time zone 'Asia/Seoul'",
        )
    )

    assert shop.books("open_case_count") == [count for _, count in counted]
    assert counted[-1][1] > 5


def test_no_row_tells_its_own_future(shop: Shop) -> None:
    columns = shop.rows(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and table_name in (select tablename"
        "   from pg_tables where schemaname = 'public')"
        " and data_type = 'timestamp with time zone' and table_name <> 'demo_loads'"
    )
    told = [each for each in columns if each[1] not in TOLD_BEFORE]
    early = [
        (table, column)
        for table, column in told
        if shop.rows(f"select true from {table} where {column} > changed_at limit 1")
    ]

    assert len(told) > 25
    assert early == []


def test_rows_were_written_in_the_order_of_time(shop: Shop) -> None:
    for table in shop.counts:
        ((back,),) = shop.rows(
            "select count(*) from (select changed_at < lag(changed_at)"
            f" over (order by ctid) as is_back from {table}) as rows where is_back"
        )
        assert back == 0, table


@pytest.mark.parametrize("entity", SHOP_ENTITIES)
def test_every_entity_has_a_query_that_fits_the_source_contract(
    shop: Shop, entity: str
) -> None:
    tables = PostgresqlTables(shop.connection, Pace())
    extract = tables.compare(SHOP_ENTITIES[entity], SPECS[entity])

    assert extract.fit.extra == ()  # nothing travels in _extra


@pytest.mark.parametrize("entity", [each for each in SPECS if each != "web_events"])
def test_no_row_would_be_refused(shop: Shop, entity: str) -> None:
    contract, spec = SHOP_ENTITIES[entity], SPECS[entity]
    source = f"({spec.query}) as source"
    required = [each.name for each in contract.columns if each.required]
    asked = [f"{name} is null" for name in required]
    asked += [
        check.refused_when.format(batch_end="'2024-05-01'::text")
        for check in contract.checks
    ]
    twice = shop.rows(
        f"select 1 from {source} group by"
        f" {', '.join([*contract.key, *([spec.stamp] if spec.stamp else [])])}"
        " having count(*) > 1 limit 1"
    )

    assert twice == []
    for condition in asked:
        assert shop.rows(f"select 1 from {source} where {condition} limit 1") == []
    assert shop.rows(f"select count(*) > 0 from {source}") == [(True,)]


END = "'2024-05-01 00:00+09'::timestamptz"
FOUND = {
    "unanswered_mail": "select contact_no::text from latest_contact_log"
    " where kind = 'mail' and direction = 'inbound'"
    f" and due_at < {END} and (done_at is null or done_at > due_at)",
    "broken_promise": "select contact_no::text from latest_contact_log"
    f" where kind = 'promise' and due_at < {END}"
    " and (done_at is null or done_at > due_at)",
    "complaint": "select case_no::text from latest_service_cases"
    " where kind = 'complaint'",
    "conflicting_quotes": "select distinct later.quote_no::text"
    " from latest_quotations as later inner join latest_quotations as earlier"
    " on later.member_no = earlier.member_no and later.goods_no = earlier.goods_no"
    " and later.quoted_at > earlier.quoted_at"
    " and later.quoted_at <= earlier.quoted_at + interval '30 days'"
    " and later.staff_no <> earlier.staff_no"
    " and later.unit_price <> earlier.unit_price",
}


@pytest.mark.parametrize("kind", FOUND)
def test_what_is_planted_is_all_there_is_to_find(shop: Shop, kind: str) -> None:
    planted = f"select key from truth.planted where kind = '{kind}'"
    found = {key for (key,) in shop.rows(FOUND[kind])}
    real = {key for (key,) in shop.rows(f"{planted} and not is_near_miss")}
    nearly = {key for (key,) in shop.rows(f"{planted} and is_near_miss")}

    assert found == real
    assert len(real) > 5
    assert nearly
    assert not nearly & found


def test_cards_of_customers_have_their_phone_or_e_mail_and_others_have_neither(
    shop: Shop,
) -> None:
    found = dict(
        shop.rows(
            "select detail, count(*) filter (where exists (select from members where"
            " members.member_no = planted.member_no and (members.mobile = leads.mobile"
            " or members.email = leads.email)))::float / count(*)"
            " from truth.planted inner join latest_leads as leads"
            " on planted.key = leads.lead_no::text where planted.kind ="
            " 'duplicate_card' group by 1"
        )
    )
    strangers = shop.rows(
        "select count(*) from latest_leads as leads inner join members on"
        " members.mobile = leads.mobile or members.email = leads.email where not"
        " exists (select from truth.planted where key = leads.lead_no::text"
        " and kind = 'duplicate_card') and leads.source = 'fair'"
    )

    assert found == {
        "same_phone": 1.0,
        "same_email": 1.0,
        "same_phone_and_email": 1.0,
        "both_changed": 0.0,
        "similar_name": 0.0,
    }
    assert strangers == [(0,)]


def test_a_second_load_adds_nothing_and_another_company_is_refused(
    shop: Shop,
) -> None:
    shop.connection.rollback()
    said: list[tuple[str, float]] = []

    again = load(
        shop.connection, PLAN, None, lambda step, share: said.append((step, share))
    )

    assert again == shop.counts
    assert said == [("shop: loaded already", 1.0)]
    with pytest.raises(ShopNotEmpty, match="drop the database"):
        load(shop.connection, Plan(customers=10, months=1), None)
    shop.connection.rollback()
