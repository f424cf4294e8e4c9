"""Whole nights of a made company, against what a hand counts in tests/pipeline/haneul.

A number of expected values follow from one sentence of shop.sql: member k of 28 buys
every k days from 1 January, for 1,000 x k won. 26 February, where the history ends, is
day 56; the three nights are days 57, 58 and 59.
"""

from datetime import date
from decimal import Decimal

import pytest

from danggol import demo_run
from danggol.mining_jobs import MINING_JOBS
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import (
    HISTORY,
    NIGHTS,
    MadeCompany,
    differences,
)

pytestmark = pytest.mark.postgres
FIRST, SECOND, LAST = NIGHTS
WINDOW_DAYS = 28
UNKNOWN = "(unknown)"
WEB_MARTS = (
    "failed_searches",
    "fct_page_views",
    "fct_web_sessions",
    "order_steps",
    "visitor_recognition",
)


@pytest.fixture(scope="module")
def history(after_history: Saved) -> MadeCompany:
    return after_history.look()


@pytest.fixture(scope="module")
def first_night(after_each_night: list[Saved]) -> MadeCompany:
    return after_each_night[0].look()


@pytest.fixture(scope="module")
def nights(after_each_night: list[Saved]) -> MadeCompany:
    return after_each_night[-1].look()


def test_the_history_brings_every_order_up_to_its_last_day(history: MadeCompany):
    bought = sum(56 // k + 1 for k in range(1, 29))

    ((count, last_day, net),) = history.ask(
        "select count(*), max(order_date), sum(net_amount) from marts.fct_orders"
    )

    assert count == bought + 1 == 240  # and the one of member 29
    assert last_day == HISTORY
    assert net == sum(1000 * k * (56 // k + 1) for k in range(1, 29)) + 29_000


def test_the_nights_bring_what_was_bought_changed_and_told_late(nights: MadeCompany):
    ((count, net),) = nights.ask(
        "select count(*), sum(net_amount) from marts.fct_orders"
    )

    # four days of member 1, two of member 2, one of 3 and 19; seven of their own
    # numbers, one cancelled
    assert count == 240 + 3 + 1 + 1 + 1 + 7 - 1 - 1
    assert net == 1_859_000 + 29_000 - 28_000 + 5_000 + 3_000 + 2_000 - 700 + 100 + 200


def test_orders_sum_their_lines(nights: MadeCompany):
    differing = nights.ask(
        "select order_id from marts.fct_orders as orders full join ("
        " select order_id, count(*) as line_count, sum(net_amount) as net_amount"
        " from marts.fct_order_lines group by order_id) as lines using (order_id)"
        " where (orders.line_count, orders.net_amount)"
        " is distinct from (lines.line_count, lines.net_amount)"
    )

    assert differing == []


def test_every_customer_with_an_order_has_one_segment_each_night(nights: MadeCompany):
    bought = {
        day: {
            customer
            for (customer,) in nights.ask(
                "select current_customer_id from marts.fct_orders"
                " where order_date <= %s and current_customer_id <> '(unknown)'",
                day,
            )
        }
        for day in (HISTORY, *NIGHTS)
    }
    # what the nights before their last knew: a receipt that moves on the first one,
    # a late one, a buyer told of and a merge on the second
    bought[HISTORY] = (bought[HISTORY] | {"M27", "M29"}) - {"M30"}
    bought[FIRST] = (bought[FIRST] | {"M27"}) - {"M99"}

    segmented: dict[date, list[str]] = {day: [] for day in bought}
    for day, customer in nights.ask(
        "select as_of_date, customer_id from marts.customer_segments"
    ):
        segmented[day].append(customer)

    assert {day: sorted(customers) for day, customers in bought.items()} == {
        day: sorted(customers) for day, customers in segmented.items()
    }


def test_customer_segments_current_has_the_last_night_once(nights: MadeCompany):
    current = nights.ask(
        "select as_of_date, customer_id from marts.customer_segments_current"
    )

    assert {day for day, _ in current} == {LAST}
    assert sorted(customer for _, customer in current) == sorted(
        {f"M{k:02}" for k in range(1, 27)} | {"M28", "M30", "M31", "M99"}
    )


def test_recency_frequency_and_money_are_those_of_the_calendar(nights: MadeCompany):
    day = 59
    # purchase days in (31, 59], each k-th from day 0
    counts = {k: day // k - (day - WINDOW_DAYS) // k for k in range(3, 26)}
    expected = {f"M{k:02}": (day % k, n, 1000 * k * n) for k, n in counts.items()}
    expected |= {
        "M01": (0, 28, 28_300),  # three orders on day 58 are one purchase day
        "M02": (1, 14, 14 * 2_000 - 700),  # gave back on day 57: no purchase
        "M07": (3, 4, 28_000 - 4_200),  # T4 went back, and T2 of the next
        "M14": (3, 2, 28_000 - 5_600),
        "M26": (5, 2, 26_000 + 27_000),  # has been 27 too
        "M28": (3, 1, 28_000),  # day 28 was cancelled
        "M30": (9, 1, 5_000),
        "M31": (2, 1, 3_000),
        "M99": (2, 1, 2_000),
    }

    found = nights.ask(
        "select customer_id, recency_days, frequency, monetary_amount"
        " from marts.customer_segments_current"
    )

    assert {customer: tuple(rest) for customer, *rest in found} == expected


def test_who_bought_before_the_window_only_is_lost(history: MadeCompany):
    lost = history.ask(
        "select customer_id, recency_days, frequency, monetary_amount"
        " from marts.customer_segments where rfm_segment_code = 'lost'"
    )

    assert lost == [("M29", 56, 0, Decimal("0.00"))]


def test_a_day_ends_at_midnight_in_the_companys_time_zone(
    first_night: MadeCompany, nights: MadeCompany
):
    query = (
        "select order_id, order_date, order_hour from marts.fct_orders"
        " where order_id in ('BEFORE', 'AFTER') order by ordered_at"
    )

    assert first_night.ask(query) == [("BEFORE", FIRST, 23)]
    assert nights.ask(query) == [("BEFORE", FIRST, 23), ("AFTER", SECOND, 0)]


def test_a_late_receipt_lies_on_the_day_it_was_bought(first_night: MadeCompany):
    assert first_night.ask(
        "select customer_id, activity_date, order_count, net_amount"
        " from marts.customer_days where customer_id = 'M30'"
    ) == [("M30", date(2024, 2, 20), 1, 5_000)]


def test_a_receipt_that_moved_counts_for_its_new_customer_only(
    history: MadeCompany, first_night: MadeCompany
):
    query = (
        "select customer_id, order_count, net_amount from marts.customer_days"
        " where activity_date = '2024-01-01' and customer_id in ('M28', 'M29')"
        " order by customer_id"
    )

    assert history.ask(query) == [("M28", 1, 28_000), ("M29", 1, 29_000)]
    assert first_night.ask(query) == [("M28", 2, 57_000)]


def test_a_cancelled_receipt_is_gone_from_every_fact(
    history: MadeCompany, first_night: MadeCompany
):
    queries = (
        "select count(*) from marts.fct_orders where order_id = 'R2828'",
        "select count(*) from marts.fct_order_lines where order_id = 'R2828'",
        "select count(*) from marts.customer_days"
        " where customer_id = 'M28' and activity_date = '2024-01-29'",
    )

    assert [history.ask(query)[0][0] for query in queries] == [1, 2, 1]
    assert [first_night.ask(query)[0][0] for query in queries] == [0, 0, 0]


def test_a_new_member_is_there_with_the_first_order(first_night: MadeCompany):
    assert first_night.ask(
        "select dim_customers.customer_id, birth_year, net_amount"
        " from marts.dim_customers inner join marts.fct_orders using (customer_key)"
        " where dim_customers.customer_id = 'M31'"
    ) == [("M31", 1990, 3_000)]


def test_what_nobody_knows_is_unknown_and_keeps_its_number(first_night: MadeCompany):
    ((*order, line_product, source_product, margin),) = first_night.ask(
        "select orders.customer_key, orders.customer_id, orders.current_customer_id,"
        " orders.source_customer_id, orders.store_id, orders.source_store_id,"
        " lines.product_id, lines.source_product_id, lines.margin_amount"
        " from marts.fct_orders as orders"
        " inner join marts.fct_order_lines as lines using (order_id)"
        " where order_id = 'NOBODY'"
    )

    assert order == [UNKNOWN, UNKNOWN, UNKNOWN, "M99", UNKNOWN, "S99"]
    assert (line_product, source_product, margin) == (UNKNOWN, "P99", None)
    assert first_night.ask(
        "select sum(order_count) from marts.customer_days"
        " where customer_id = '(unknown)' and activity_date = %s",
        FIRST,
    ) == [(1,)]


def test_who_and_what_is_told_of_later_is_found_then(nights: MadeCompany):
    assert nights.ask(
        "select orders.customer_id, orders.store_id, lines.product_id,"
        " lines.margin_amount from marts.fct_orders as orders"
        " inner join marts.fct_order_lines as lines using (order_id)"
        " where order_id = 'NOBODY'"
    ) == [("M99", UNKNOWN, "P99", 2_000 - 2 * 400)]


def test_lines_given_back_and_free_lines_are_kept(first_night: MadeCompany):
    assert first_night.ask(
        "select line_id, quantity, item_count, net_amount"
        " from marts.fct_order_lines where order_id = 'BACK' order by line_id"
    ) == [("1", -1, -1, -700), ("2", 0, 0, 0)]


def test_a_closed_branch_stays_with_its_orders(
    history: MadeCompany, first_night: MadeCompany
):
    store = "select is_deleted from marts.dim_stores where store_id = 'S20'"

    assert history.ask(store) == [(False,)]
    assert first_night.ask(store) == [(True,)]
    # of member 19, on days 0, 19, 38 and 57
    assert first_night.ask(
        "select count(*) from marts.fct_orders where store_id = 'S20'"
    ) == [(4,)]


def test_a_member_who_moves_house_has_two_versions(nights: MadeCompany):
    moved = "2024-02-28 01:00:00+00"  # ten in the morning in Seoul

    assert nights.ask(
        "select district, valid_from::text, valid_to::text, is_current"
        " from marts.dim_customers where customer_id = 'M05' order by valid_from"
    ) == [
        ("Mapo-gu", "-infinity", moved, False),
        ("Suyeong-gu", moved, "infinity", True),
    ]
    assert nights.ask(
        "select distinct district from marts.fct_orders"
        " inner join marts.dim_customers using (customer_key)"
        " where fct_orders.customer_id = 'M05'"
    ) == [("Mapo-gu",)]


def test_contacts_find_their_customer_and_campaign_or_the_unknown(nights: MadeCompany):
    assert nights.ask(
        "select contact_id, campaign_id, source_campaign_id, customer_id,"
        " source_customer_id from marts.fct_campaign_contacts"
        " where contact_date = '2024-02-28' order by contact_id"
    ) == [
        ("N11", "K1", "K1", "M30", "M30"),
        ("N12", "K1", "K1", UNKNOWN, "M77"),
        ("N13", UNKNOWN, "K9", "M01", "M01"),
    ]


def test_a_login_tells_whose_the_visits_before_it_were(
    history: MadeCompany, first_night: MadeCompany
):
    query = (
        "select visitor_status, customer_id, count(*), sum(page_view_count)::int"
        " from marts.fct_web_sessions group by 1, 2 order by 2"
    )

    # two days, then three, of five visitors of three pages; crawlers pay no visits
    assert history.ask(query) == [("anonymous", None, 10, 30)]
    assert first_night.ask(query) == [
        ("identified", "M01", 3, 9),
        ("identified", "M02", 3, 9),
        ("identified", "M03", 3, 9),
        ("anonymous", None, 6, 18),
    ]


def test_a_receipt_that_an_app_shows_tells_whose_the_device_is(nights: MadeCompany):
    assert nights.ask(
        "select customer_id, evidence_code, kind_code, landing_page_code,"
        " page_view_count, product_view_count from marts.fct_web_sessions"
        " where session_date = %s and kind_code = 'app'",
        LAST,
    ) == [("M01", "order", "app", "product", 2, 1)]


def test_every_mart_says_when_it_was_published_with_how_many_rows(
    nights: MadeCompany,
):
    marts = nights.marts()
    told = nights.ask(
        "select mart, as_of_date, status, row_count, previous_row_count"
        " from marts.publications order by publication_id"
    )

    assert {status for _, _, status, _, _ in told} == {"published"}
    for mart, rows in marts.items():
        attempts = [each for each in told if each[0] == mart]
        counts = [row_count for *_, row_count, _ in attempts]
        assert [day for _, day, *_ in attempts] == [HISTORY, *NIGHTS], mart
        assert [before for *_, before in attempts] == [0, *counts[:-1]], mart
        assert counts[-1] == len(rows), mart


def test_a_complete_night_runs_again_and_changes_no_row(
    after_each_night: list[Saved], restore: Restore
):
    with restore(after_each_night[-1]) as company:
        before = company.marts()

        ran = company.night(LAST)

        assert ran == [
            *("load_shop", "load_weblog", "build_star"),
            *(f"mine_{job}" for job in MINING_JOBS),
            *("publish_mined", "retain"),
        ]
        assert ran == list(demo_run.STAGE_SHARES)
        assert differences(company.marts(), before) == {}
        assert (
            company.ask(
                "select entity from ledger.batches where reading_number = 2"
                " and (read_count <> known_count or loaded_count + deleted_count > 0)"
            )
            == []
        )
        # rows loaded, rows inserted: none; so none was deleted either
        assert company.ask(
            "select stage, rows_out from ledger.stage_runs where stage not like 'mine%'"
            " order by stage_run_id desc limit 5"
        ) == [(stage, 0) for stage in reversed(ran) if not stage.startswith("mine")]


def test_a_company_without_web_logs_builds_with_empty_web_marts(
    founded: Saved, history: MadeCompany, restore: Restore
):
    with restore(founded) as company:
        company.change_settings(weblog=None)
        company.night(HISTORY, history=True)

        with_logs, without = history.marts(), company.marts()
        types = (
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'marts' order by table_name, ordinal_position"
        )
        assert [without.pop(mart) for mart in WEB_MARTS] == [[]] * len(WEB_MARTS)
        assert company.ask(types) == history.ask(types)
        # these go on, without visits
        for mart in ("ecrm_funnels", "question_catalogue"):
            assert without.pop(mart) != with_logs[mart]
        # a day without an order is one with a contact
        assert len(without.pop("customer_days")) == len(with_logs["customer_days"])
        assert differences(without, {mart: with_logs[mart] for mart in without}) == {}
        assert company.ask(
            "select rows_in, rows_out from ledger.stage_runs"
            " where stage = 'load_weblog' and status = 'succeeded'"
        ) == [(0, 0)]
