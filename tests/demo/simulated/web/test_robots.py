"""Robots: each program has its share, and none is taken for a person."""

import numpy as np
import polars as pl
import pytest

from demo.simulated.web import devices
from demo.simulated.web.robots import SCANNED, draw_robots
from demo.simulated.web.site import REQUEST_COLUMNS, Site
from ingest.weblog.agents import SCANNED_PATHS, AgentClassifier

COUNT = 10_000


@pytest.fixture
def robots(site: Site, rng: np.random.Generator) -> pl.DataFrame:
    return draw_robots(COUNT, np.arange(10), site, rng)


def test_there_are_as_many_lines_as_wanted(robots: pl.DataFrame) -> None:
    assert len(robots) == COUNT
    assert tuple(robots.columns) == REQUEST_COLUMNS


def test_kinds_come_by_their_shares(robots: pl.DataFrame) -> None:
    marked = AgentClassifier().mark(robots)
    shares = dict(marked.group_by("kind").agg(share=pl.len() / COUNT).iter_rows())

    assert shares["monitor"] == pytest.approx(0.13, abs=1e-4)
    assert shares["scanner"] == pytest.approx(0.06, abs=4e-4)
    assert shares["human"] == pytest.approx(0.06, abs=4e-4)  # scanners that pretend
    # of what is left, a fifteenth is a preview's; five standard errors
    assert shares["preview"] == pytest.approx(0.05, abs=0.011)
    assert shares["crawler"] == pytest.approx(0.7, abs=0.011)


def test_who_pretends_to_be_a_person_asks_for_holes(robots: pl.DataFrame) -> None:
    marked = AgentClassifier().mark(robots)
    pretends = marked.filter(pl.col("kind") == "human")

    assert pretends["path"].str.contains(SCANNED_PATHS).all()
    assert set(pretends["status"]) == {404}
    assert set(pretends["path"]) == set(SCANNED)


def test_some_carry_a_cookie_that_no_visitor_has(robots: pl.DataFrame) -> None:
    carried = robots.filter(pl.col("cookie") != "-")

    assert carried["agent"].str.contains("Headless").all()
    assert 2 <= carried["cookie"].n_unique() <= 20
    visitors = devices.cookies(np.arange(100_000))
    assert not carried["cookie"].is_in(visitors.implode()).any()


def test_the_monitor_asks_at_even_times(robots: pl.DataFrame) -> None:
    asked = robots.filter(pl.col("path") == "/health")["second"]

    assert len(asked) == 1_300
    assert set(asked.diff().drop_nulls()) == {66, 67}  # 86,400 by 1,300


def test_robots_find_what_is_on_the_site(site: Site, robots: pl.DataFrame) -> None:
    shown = robots["path"].str.extract("^/p/(.*)$").drop_nulls()

    assert set(shown) == set(site.products[:10])


def test_a_day_without_products_has_robots_too(
    site: Site, rng: np.random.Generator
) -> None:
    robots = draw_robots(30, np.array([], dtype=np.int32), site, rng)

    assert len(robots) == 30
    assert set(robots["path"]) <= {"/", "/robots.txt", "/health"}


def test_a_day_may_have_no_robots(site: Site, rng: np.random.Generator) -> None:
    assert draw_robots(0, np.arange(3), site, rng).is_empty()
