"""Screens of the app: what the web log does not see."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from demo.simulated.web import devices
from demo.simulated.web.app_events import draw_app_events
from demo.simulated.web.site import Site
from demo.simulated.web.visits import Intent, Visits

Planted = Callable[..., Visits]

DAY = date(2024, 2, 29)
EACH = 30
APPS = np.flatnonzero(devices.is_app(np.arange(5_000)))[: EACH * len(Intent)]


@pytest.fixture
def events(planted: Planted, site: Site, rng: np.random.Generator) -> pl.DataFrame:
    visits = planted(
        *list(Intent) * EACH, visitor=APPS, customer=11, second=36_000, campaign=1
    )
    return draw_app_events(DAY, visits, rng, site)


def test_each_deed_is_told_once(events: pl.DataFrame) -> None:
    screens = dict(events["screen"].value_counts().iter_rows())

    assert screens["order_done"] == EACH
    assert screens["contact_sent"] == EACH
    assert screens["search_failed"] == EACH
    assert screens["not_found"] == EACH
    assert screens["account"] == EACH
    assert "login" not in screens


def test_each_screen_tells_what_it_shows_and_nothing_else(events: pl.DataFrame) -> None:
    shown = {
        name: set(events.drop_nulls(name)["screen"])
        for name in ("product_no", "keyword", "order_no")
    }

    assert shown == {
        "product_no": {"product", "not_found"},
        "keyword": {"search", "search_failed"},
        "order_no": {"order_done"},
    }
    assert events.filter(pl.col("screen") == "product")["product_no"].null_count() == 0
    failed = events.filter(pl.col("screen") == "search_failed")
    assert failed["keyword"].str.contains(r"^\S+ 우산 \d+호$").all()


def test_who_has_the_app_is_known_from_the_first_screen_on(
    events: pl.DataFrame,
) -> None:
    assert set(events["customer_no"]) == {"M000011"}
    assert events["installation"].n_unique() == EACH * len(Intent)


def test_events_are_numbered_in_the_order_of_time(events: pl.DataFrame) -> None:
    assert events["seen_at"].is_sorted()
    assert events["event_no"][0] == "20240229-1"
    assert events["event_no"].n_unique() == len(events)


def test_an_order_is_done_at_its_second_in_korea(events: pl.DataFrame) -> None:
    done = events.filter(pl.col("screen") == "order_done")["seen_at"].unique()

    assert done.to_list() == [
        datetime(2024, 2, 29, 10, tzinfo=ZoneInfo("Asia/Seoul")),
    ]


def test_a_campaign_is_told_by_the_first_screen(events: pl.DataFrame) -> None:
    linked = events.drop_nulls("campaign")

    # whoever logs in at once has a first screen all the same
    assert len(linked) == EACH * len(Intent)
    assert set(linked["campaign"]) == {"spring-1"}


def test_visits_of_browsers_are_left_out(
    planted: Planted, site: Site, rng: np.random.Generator
) -> None:
    browsers = np.flatnonzero(~devices.is_app(np.arange(50)))
    visits = planted(*[Intent.CART] * len(browsers), visitor=browsers)

    assert draw_app_events(DAY, visits, rng, site).is_empty()
