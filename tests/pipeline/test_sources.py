"""Sources that are down, changed or wrong: named, refused, and mended by a rerun."""

from datetime import date

import pytest

from danggol import stages
from danggol.stage_run import WarehouseFailed
from ingest.sources import SourceMismatch, SourceUnavailable
from tests.pipeline.made_company import HISTORY, NIGHTS, MadeCompany

pytestmark = pytest.mark.postgres
FIRST = NIGHTS[0]
RECEIPTS = """
select
    receipt_no as order_id, member_no as customer_id, branch_no as store_id,
    sold_at as ordered_at, updated_at {}
from receipts
"""


def rows_by_entity(company: MadeCompany) -> dict[str, int]:
    """Rows of raw that the batches of the first night stored."""
    return dict(
        company.ask(
            "select entity, sum(loaded_count)::int from ledger.batches"
            " where business_date = %s group by entity",
            FIRST,
        )
    )


def test_a_shop_that_is_down_is_named_and_the_rerun_loads_it(
    company: MadeCompany, monkeypatch: pytest.MonkeyPatch
):
    company.turn_clock_to(FIRST)
    with monkeypatch.context() as away:
        away.setenv(
            "HANEUL_SHOP_URL",
            "postgresql://reader:Geheimnis@127.0.0.1:1/haneul_shop",
        )
        with pytest.raises(
            SourceUnavailable, match=r"shop database.*; nothing was loaded"
        ) as told:
            stages.load_shop(FIRST)
    assert rows_by_entity(company) == {}

    stages.load_shop(FIRST)

    assert "Geheimnis" not in str(told.value)
    assert "Geheimnis" not in str(
        company.ask("select error from ledger.stage_runs where status = 'failed'")
    )
    assert rows_by_entity(company)["orders"] == 10


def test_a_wrong_password_of_the_shop_is_not_told(
    company: MadeCompany, monkeypatch: pytest.MonkeyPatch
):
    url = company.shop.url("admin", driver="postgresql")
    secret = url.split("@")[0].split(":")[-1]
    monkeypatch.setenv("HANEUL_SHOP_URL", url.replace(secret, "Geheimnis"))

    with pytest.raises(SourceUnavailable, match="password authentication") as told:
        stages.load_shop(FIRST)

    assert "Geheimnis" not in str(told.value)
    assert rows_by_entity(company) == {}


def test_a_url_that_cannot_be_read_is_not_quoted(
    company: MadeCompany, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HANEUL_SHOP_URL", "postgresql://reader:Geheim%nis@db/haneul")

    with pytest.raises(SourceUnavailable, match="URL of the shop database") as told:
        stages.load_shop(FIRST)

    assert "Geheim" not in str(told.value)


def test_a_shop_that_breaks_off_leaves_whole_entities_or_nothing(
    company: MadeCompany,
):
    company.turn_clock_to(FIRST)
    company.tell_shop(
        "create function break_off(text) returns text language plpgsql volatile as $$"
        " begin if $1 = 'NEW' then perform pg_terminate_backend(pg_backend_pid());"
        " end if; return $1; end $$"
    )
    broken = RECEIPTS.format("").replace("receipt_no as", "break_off(receipt_no) as")
    company.change_query("orders", broken)

    with pytest.raises(
        SourceUnavailable, match=r"terminating connection.*nothing of orders was"
    ):
        stages.load_shop(FIRST)

    assert rows_by_entity(company)["customers"] == 1
    assert "orders" not in rows_by_entity(company)
    assert company.ask("select max(_batch_date) from raw.orders") == [(HISTORY,)]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param(
            RECEIPTS.format("").replace("sold_at as ordered_at,", ""),
            r"(?s)^orders: .*nothing was loaded.*ordered_at: missing, wanted timestamp",
            id="column missing",
        ),
        pytest.param(
            RECEIPTS.format("").replace("sold_at as", "sold_at::date as"),
            r"(?s)^orders: .*ordered_at: date found, wanted timestamptz",
            id="column of another type",
        ),
        pytest.param(
            RECEIPTS.format("").replace("updated_at", "updated_at as changed_at"),
            r"(?s)^orders: .*stamp updated_at: missing, wanted timestamptz",
            id="stamp renamed",
        ),
        pytest.param(
            "select * from receipts_of_yesterday",
            r'^orders: the query fails: relation "receipts_of_yesterday" does not',
            id="table gone",
        ),
    ],
)
def test_a_query_that_does_not_fit_is_refused_before_anything_is_loaded(
    company: MadeCompany, query: str, told: str
):
    company.change_query("orders", query)

    with pytest.raises(SourceMismatch, match=told):
        stages.load_shop(FIRST)

    assert rows_by_entity(company) == {}


def test_a_new_column_travels_along(company: MadeCompany):
    company.turn_clock_to(FIRST)
    company.change_query("orders", RECEIPTS.format(", 'morning' as till_shift"))

    stages.load_shop(FIRST)

    assert company.ask("select _extra from raw.orders where order_id = 'NEW'") == [
        ({"till_shift": "morning"},)
    ]


def test_rows_without_a_key_or_with_two_contents_are_quarantined(
    company: MadeCompany,
):
    company.turn_clock_to(FIRST)
    company.change_query(
        "customers",
        """
        select
            member_no as customer_id, email, district, updated_at from members
        union all
        select null, 'nobody@example.com', 'Jung-gu', '2024-02-27 12:00+09'
        union all
        select 'M32', 'two@example.com', 'Jung-gu', '2024-02-27 12:00+09'
        union all
        select 'M32', 'two@example.com', 'Jongno-gu', '2024-02-27 12:00+09'
        """,
    )
    # of five rows three are refused; the gate has its own tests
    with pytest.raises(Exception, match="At most 1 % of the rows") as told:
        stages.load_shop(FIRST)

    assert company.ask(
        "select entity, locator, reason from vault.quarantine order by reason, 2"
    ) == [
        ("customers", "customer_id=empty", "customer_id is empty"),
        *[
            (
                "customers",
                "customer_id=M32",
                "told twice with one time stamp and different content",
            )
        ]
        * 2,
    ]
    assert company.ask(
        "select read_count, loaded_count, quarantined_count, known_count"
        " from ledger.batches where entity = 'customers' and business_date = %s",
        FIRST,
    ) == [(4, 1, 3, 0)]
    assert "@" not in str(told.value)


def test_no_error_tells_an_e_mail_address(company: MadeCompany):
    company.turn_clock_to(FIRST)
    company.change_query(
        "customers",
        "select member_no as customer_id, email, (email::numeric)::text as province,"
        " updated_at from members",
    )

    with pytest.raises(SourceMismatch, match="customers: the query fails on a row"):
        stages.load_shop(FIRST)

    ((error,),) = company.ask("select error from ledger.stage_runs where error <> ''")
    assert "customers" in error
    assert "example.com" not in error


def test_what_a_source_says_of_its_own_is_not_told(company: MadeCompany):
    company.turn_clock_to(FIRST)
    company.tell_shop(
        "create function refused(text) returns text language plpgsql as"
        " $$ begin raise exception 'bad e-mail %', $1; end $$"
    )
    company.change_query(
        "customers",
        "select member_no as customer_id, refused(email) as email, updated_at"
        " from members",
    )

    with pytest.raises(
        SourceMismatch, match=r"fails on a row \(RaiseException\)"
    ) as told:
        stages.load_shop(FIRST)
    assert "@" not in str(told.value)


def test_a_failed_bootstrap_goes_on_as_a_bootstrap(
    company: MadeCompany, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HANEUL_SHOP_URL", "postgresql://nobody@127.0.0.1:1/shop")

    with pytest.raises(SourceUnavailable) as told:
        stages.load_shop(HISTORY, history=True)

    assert told.value.__notes__[0].endswith(
        "go on with: COMPANY=haneul danggol night 2024-02-26 --history"
    )


def test_a_day_that_has_not_begun_is_refused(company: MadeCompany):
    for run in (stages.night, stages.load_shop, stages.build_star):
        with pytest.raises(ValueError, match="2999-01-01 has not begun yet"):
            run(date(2999, 1, 1))
    assert company.ask("select from ledger.stage_runs where stage = 'retain'") == [()]


def test_a_warehouse_that_breaks_off_is_not_taken_for_the_shop(company: MadeCompany):
    company.turn_clock_to(FIRST)
    company.tell_shop(
        "create function break_off(text) returns text language plpgsql volatile as $$"
        " begin if $1 = 'NEW' then perform pg_terminate_backend(pid, 1000)"
        " from pg_stat_activity where application_name = 'danggol loader';"
        " end if; return $1; end $$"
    )
    broken = RECEIPTS.format("").replace("receipt_no as", "break_off(receipt_no) as")
    company.change_query("orders", broken)

    with pytest.raises(WarehouseFailed, match="terminating connection"):
        stages.load_shop(FIRST)

    assert rows_by_entity(company)["customers"] == 1
    assert "orders" not in rows_by_entity(company)
