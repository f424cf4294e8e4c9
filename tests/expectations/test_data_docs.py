"""Data Docs: pages that stand alone, and say what happened and not with what."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations import data_docs
from expectations.library import (
    Column,
    ExpectationSuite,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
    gxe,
)

DAY = date(2031, 3, 4)


def suite() -> ExpectationSuite:
    return ExpectationSuite(
        name="raw.orders",
        notes="What must hold of orders.",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(
                column="order_id",
                description="Every order has a number.",
                row_condition=Column("_batch_id") == 20260001,
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="customer_id",
                severity="warning",
                description="Every order names its buyer.",
            ),
        ],
    )


def keep(home: Path, day: date, successes: list[bool]) -> None:
    asked = suite()
    result = ExpectationSuiteValidationResult(
        success=all(successes),
        suite_name=asked.name,
        results=[
            ExpectationValidationResult(
                success=success,
                expectation_config=each.configuration,
                result={"element_count": 20, "unexpected_count": 3 - 3 * success},
            )
            for each, success in zip(asked.expectations, successes, strict=True)
        ],
    )
    data_docs.keep(home, day, "load_shop", asked, result)


@pytest.mark.parametrize(
    ("successes", "state"),
    [([True, True], "passed"), ([True, False], "warned"), ([False, True], "failed")],
)
def test_first_page_shows_each_night_with_its_state_and_a_way_on(
    tmp_path: Path, successes: list[bool], state: str
) -> None:
    keep(tmp_path, DAY, successes)

    page = data_docs.build(tmp_path)

    text = page.read_text()
    (address,) = re.findall(rf'class="state {state}" href="([^"]+)"', text)
    assert f"raw.orders on 2031-03-04: {state}" in text
    assert "Every order has a number." in (page.parent / address).read_text()


def test_pages_say_what_is_wanted_why_and_what_is_a_warning(tmp_path: Path) -> None:
    keep(tmp_path, DAY, [True, False])

    page = data_docs.build(tmp_path).parent / "expectations" / "raw" / "orders.html"

    text = page.read_text()
    assert "What must hold of orders." in text
    assert "Every order names its buyer. (a warning only)" in text


def test_pages_fetch_nothing_and_run_nothing(tmp_path: Path) -> None:
    keep(tmp_path, DAY, [True, False])

    pages = list(data_docs.build(tmp_path).parent.rglob("*.html"))

    assert len(pages) == 3
    for page in pages:
        text = page.read_text()
        assert not re.findall(r"https?://|<script|<link|<img|@import|url\(", text)


def test_names_that_only_the_run_knew_are_left_out(tmp_path: Path) -> None:
    keep(tmp_path, DAY, [True, False])

    for page in data_docs.build(tmp_path).parent.rglob("*.html"):
        assert "20260001" not in page.read_text()


def test_a_rerun_replaces_its_night_and_old_nights_are_let_go(tmp_path: Path) -> None:
    for days in range(40):
        keep(tmp_path, DAY + timedelta(days), [True, True])
    keep(tmp_path, DAY + timedelta(39), [False, True])

    page = data_docs.build(tmp_path)

    text = page.read_text()
    assert text.count('class="state passed" href=') == 34
    assert text.count('class="state failed" href=') == 1
    assert "2031-03-08" not in text  # the fifth of forty nights
    assert "2031-03-09" in text


def test_pages_without_any_night_say_so(tmp_path: Path) -> None:
    assert "No night has been checked yet." in data_docs.build(tmp_path).read_text()
