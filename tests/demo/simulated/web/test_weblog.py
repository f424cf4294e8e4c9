"""A day's access log, as Danggol's own reader reads it."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from demo.simulated.web import devices
from demo.simulated.web.site import Site
from demo.simulated.web.visits import NONE, Intent, Visits
from demo.simulated.web.weblog import write_day
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.reading import read_requests
from ingest.weblog.source import WeblogSource

Planted = Callable[..., Visits]

DAY = date(2024, 2, 29)
MIDNIGHT = datetime(2024, 2, 28, 15, tzinfo=UTC)  # in Korea
EACH = 60  # visits of each intent
BROWSERS = np.flatnonzero(~devices.is_app(np.arange(2_000)))[: EACH * len(Intent)]
PAGES = [
    {"code": "home", "path": "^/$"},
    {"code": "product", "path": "^/p/(?P<product_id>[^/]+)$"},
    {"code": "category", "path": "^/c/[a-z0-9-]+$"},
    {"code": "search", "path": "^/search$", "search_param": "q"},
    {"code": "search_failed", "path": "^/search/none$", "search_param": "q"},
    {"code": "cart", "path": "^/cart$"},
    {"code": "checkout", "path": "^/checkout$"},
    {"code": "order_done", "path": "^/order/done/(?P<order_id>[^/]+)$"},
    {"code": "login", "path": "^/login$"},
    {"code": "account", "path": "^/account$"},
    {"code": "contact", "path": "^/contact$"},
    {"code": "contact_sent", "path": "^/contact/sent$"},
]


def read(folder: Path) -> pl.DataFrame:
    source = WeblogSource.model_validate(
        {
            "files": "access.log*",
            "format": "nginx_combined_cookie_login",
            "site_hosts": ["www.simulated.example"],
            "pages": PAGES,
        }
    )
    keys = WeblogKeys(b"a secret of the tests", ZoneInfo("Asia/Seoul"))
    window = (MIDNIGHT, MIDNIGHT + timedelta(days=1))
    chunks = list(read_requests(source.find_files(folder), source, keys, window))
    assert sum(len(chunk.refused) for chunk in chunks) == 0
    assert sum(chunk.outside_count + chunk.ignored_count for chunk in chunks) == 0
    return pl.concat(chunk.requests for chunk in chunks)


def seeded() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([20240229])))


@pytest.fixture(scope="module")
def visits(planted: Planted) -> Visits:
    """One visit of each visitor, at any time of the day; every other one logs in."""
    row = np.arange(len(BROWSERS))
    return planted(
        *list(Intent) * EACH,
        visitor=BROWSERS,
        customer=np.where(row % 2, row, NONE),
        second=row * 86_400 // len(BROWSERS),
        campaign=np.where(row % 5, NONE, row % 3),
    )


@pytest.fixture(scope="module")
def folder(
    visits: Visits, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("weblogs")
    lines = write_day(folder, DAY, visits, seeded(), site)
    (path,) = folder.iterdir()
    assert path.name == "access.log-20240229.gz"
    assert gzip.decompress(path.read_bytes()).count(b"\n") == lines
    return folder


@pytest.fixture(scope="module")
def requests(folder: Path) -> pl.DataFrame:
    return read(folder)


@pytest.fixture(scope="module")
def people(requests: pl.DataFrame) -> pl.DataFrame:
    return requests.filter(pl.col("kind") == "human")


def test_every_line_is_read(folder: Path, requests: pl.DataFrame) -> None:
    (path,) = folder.iterdir()

    assert len(requests) == gzip.decompress(path.read_bytes()).count(b"\n")


def test_lines_stand_in_the_order_of_time(requests: pl.DataFrame) -> None:
    assert requests.sort("line_number")["requested_at"].is_sorted()


def test_there_are_as_many_sessions_as_visits(people: pl.DataFrame) -> None:
    visitors = people.sort("requested_at", "line_number").with_columns(
        pause=pl.col("requested_at").diff().over("visitor_hash")
    )
    sessions = visitors.filter(
        pl.col("pause").is_null() | (pl.col("pause") > timedelta(minutes=30))
    )

    assert len(sessions) == EACH * len(Intent)
    assert people["visitor_hash"].n_unique() == EACH * len(Intent)


def test_each_customer_who_logs_in_leaves_the_number(people: pl.DataFrame) -> None:
    # the row of each visit with a login is its customer's number
    expected = {f"M{row:06}" for row in range(1, EACH * len(Intent), 2)}

    assert set(people["customer_id"].drop_nulls()) == expected
    one_each = people.drop_nulls("customer_id").group_by("visitor_hash")
    assert one_each.agg(pl.col("customer_id").n_unique())["customer_id"].max() == 1


def test_each_deed_is_told_once(people: pl.DataFrame) -> None:
    pages = dict(people["page_code"].value_counts().iter_rows())

    assert pages["order_done"] == EACH
    assert pages["checkout"] == EACH
    assert pages["contact_sent"] == EACH
    assert pages["search_failed"] == EACH
    assert pages["account"] == EACH
    assert pages["cart"] == 2 * EACH
    assert people.filter(pl.col("status_code") == 404).height == EACH
    assert "other" not in pages


def test_each_order_is_confirmed_at_its_second(
    people: pl.DataFrame, visits: Visits
) -> None:
    done = people.filter(pl.col("page_code") == "order_done").sort("requested_at")
    is_order = visits.order != NONE

    assert done["order_id"].to_list() == [f"W{each}" for each in visits.order[is_order]]
    since = (done["requested_at"] - MIDNIGHT).dt.total_seconds().to_numpy()
    late = since - visits.second[is_order]
    assert set(late) <= {0, 1}


def test_failed_searches_say_what_was_looked_for(people: pl.DataFrame) -> None:
    failed = people.filter(pl.col("page_code") == "search_failed")

    assert failed["search_term"].str.contains(r"^\S+ 우산 \d+호$").all()


def test_campaigns_are_those_of_the_links(people: pl.DataFrame, visits: Visits) -> None:
    told = dict(people["utm_campaign"].drop_nulls().value_counts().iter_rows())
    numbers, counts = np.unique(
        visits.campaign[visits.campaign != NONE], return_counts=True
    )

    assert told == {
        f"spring-{number}": count
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)
    }


def test_a_quarter_of_the_lines_are_robots(requests: pl.DataFrame) -> None:
    robots = (requests["kind"] != "human").mean()

    assert robots == pytest.approx(0.25, abs=0.003)
    assert set(requests["kind"]) == {
        *("human", "crawler", "scanner", "monitor", "preview"),
    }


def test_the_same_visits_and_seed_give_the_same_bytes(
    folder: Path, visits: Visits, site: Site, tmp_path: Path
) -> None:
    write_day(tmp_path, DAY, visits, seeded(), site)

    name = "access.log-20240229.gz"
    assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    assert (tmp_path / name).read_bytes()[4:8] == bytes(4)  # of gzip's header: no time


def test_a_shared_cookie_shows_both_customers(
    planted: Planted, site: Site, tmp_path: Path
) -> None:
    shared = planted(
        *[Intent.CHECKOUT] * 2,
        visitor=BROWSERS[0],
        customer=[3, 4],
        second=[30_000, 60_000],
    )

    write_day(tmp_path, DAY, shared, seeded(), site)

    people = read(tmp_path).filter(pl.col("kind") == "human")
    assert people["visitor_hash"].n_unique() == 1
    assert set(people["customer_id"].drop_nulls()) == {"M000003", "M000004"}


def test_visits_of_the_app_leave_no_line(
    planted: Planted, site: Site, tmp_path: Path
) -> None:
    apps = np.flatnonzero(devices.is_app(np.arange(100)))

    lines = write_day(
        tmp_path, DAY, planted(*[Intent.CART] * len(apps), visitor=apps), seeded(), site
    )

    assert lines == 0
    assert read(tmp_path).is_empty()
