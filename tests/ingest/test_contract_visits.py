"""Events of an app or a tag manager: no person, and the visitors of the log."""

from typing import get_args
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ingest.contract import WEB_EVENTS, WEB_REQUESTS
from ingest.contract.visits import KINDS
from ingest.weblog import source
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.privacy import hash_visitors
from tests.warehouse.told import fill, reading, stamp
from warehouse import Warehouse
from warehouse.batches import Counts, store

pytestmark = pytest.mark.postgres
KEYS = WeblogKeys(b"a secret of the tests", ZoneInfo("America/New_York"))
AT = stamp(1)


def take_in(warehouse: Warehouse, **told: str) -> Counts:
    columns = ["event_id", "occurred_at", *told]
    row = ("e", AT, *told.values(), AT)
    with warehouse.connect("loader") as connection:
        return store(
            connection,
            reading(WEB_EVENTS, AT.date()),
            columns,
            fill(columns, [row]),
            KEYS.cookies,
        )


def stored(warehouse: Warehouse, column: str) -> object:
    with warehouse.connect("admin") as connection:
        query = f"select {column} from raw.web_events"
        ((value,),) = connection.execute(query.encode())
        return value


def test_a_visitor_is_the_one_whom_a_log_knows_by_that_cookie(warehouse: Warehouse):
    of_a_log = {"address": None, "agent": None, "cookie": "c00k1e", "requested_at": AT}
    strings = dict.fromkeys(("address", "agent", "cookie"), pl.String)
    requests = pl.DataFrame([of_a_log], schema_overrides=strings)
    (by_log,) = hash_visitors(requests, KEYS)["visitor_hash"]

    take_in(warehouse, visitor_id="c00k1e")

    assert stored(warehouse, "visitor_hash") == by_log


def test_the_id_itself_is_nowhere_in_raw(warehouse: Warehouse):
    take_in(warehouse, visitor_id="c00k1e")

    assert "c00k1e" not in str(stored(warehouse, "web_events::text"))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("https://shop.example:8443/p/7?kim=1#top", "/p/7"),
        ("/p/840361", "/p/840361"),
        ("/u/kim@example.com/x", "/u/(email)/x"),
        ("/u/kim%2540example%2Ecom", "/u/(email)"),
        ("/@brand/7", "/@brand/7"),
        ("/c/010-1234-5678", "/c/(number)"),
        ("/c/800101-1234567", "/c/(number)"),
        ("/c/4111-1111-1111-1111", "/c/(number)"),
        ("/in/eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln", "/in/(token)"),
        ("app://product/7", "/7"),
    ],
)
def test_a_path_is_cut_and_names_nobody(warehouse: Warehouse, told, expected):
    take_in(warehouse, path=told)

    assert stored(warehouse, "path") == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("ice cream 100%", "ice cream 100%"),
        ("mail kim@example.com now", "mail (email) now"),
        ("call 02-555-1234", "call (number)"),
        ("a1b2c3d4e5f6a7b8c9d0e1f2a3", "(token)"),
        ("it's {0} \\ %s", "it's {0} \\ %s"),
        ("  ", None),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_search_names_nobody(warehouse: Warehouse, told, expected):
    take_in(warehouse, search_term=told)

    assert stored(warehouse, "search_term") == expected


def test_a_campaign_parameter_keeps_its_number_and_loses_the_person(
    warehouse: Warehouse,
):
    take_in(warehouse, utm_campaign="spring 20250301", utm_term="kim@example.com")

    assert stored(warehouse, "utm_campaign") == "spring 20250301"
    assert stored(warehouse, "utm_term") == "(email)"


@pytest.mark.parametrize(
    ("column", "told"),
    [("kind", "robot"), ("referrer_class", "friend"), ("page_code", "Product page")],
)
def test_a_code_that_is_none_is_refused(warehouse: Warehouse, column, told):
    counts = take_in(warehouse, **{column: told})

    assert (counts.loaded, counts.quarantined) == (0, 1)


def test_kinds_are_those_that_a_log_can_have():
    assert get_args(source.Kind) == KINDS
    assert {each.name for each in WEB_EVENTS.stored} - {
        each.name for each in WEB_REQUESTS.stored
    } == {"event_id", "occurred_at"}
