"""Charts: texts stay texts, colours are the page's, equal figures equal bytes."""

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from danggol import charts
from warehouse.figures import (
    LorenzCurve,
    MonthConcentration,
    Segment,
    SegmentSummary,
)

# Two customers, of whom the better brings all.
ALL_BY_HALF = LorenzCurve(tuple(max(0.0, (p - 50) / 50) for p in range(101)), gini=0.5)


def month(number: int, share: float | None) -> MonthConcentration:
    return MonthConcentration(date(2026, number, 1), 5, Decimal(200), share, 0.4)


def segment(code: str, money: int, days: float, often: float, place: int) -> Segment:
    return Segment(
        code=code,
        name_en=f"{code} <&>",
        name_ko="이탈 위험 고객",
        meaning_en="",
        meaning_ko="",
        action_en="",
        action_ko="",
        display_order=place,
        customers=3,
        money=Decimal(money),
        customer_share=0.5,
        share=0.5,
        median_recency_days=days,
        median_frequency=often,
    )


SEGMENTS = SegmentSummary(
    date(2026, 3, 1),
    "KRW",
    365,
    (
        segment("champions", 90_000, 0, 100, 1),
        segment("hibernating", 10_000, 90, 2, 10),
        segment("made_up", 0, 400, 0, 12),
    ),
)
MONTHS = [month(1, 0.4), month(2, None), month(3, 0.5)]

DRAWINGS = {
    "curve": lambda: charts.concentration(ALL_BY_HALF),
    "months": lambda: charts.by_month(MONTHS),
    "no month": lambda: charts.by_month([]),
    "map": lambda: charts.segment_map(SEGMENTS),
    "small map": lambda: charts.segment_map(SEGMENTS, width=340, height=400),
    "empty map": lambda: charts.segment_map(
        SegmentSummary(date(2026, 3, 1), "KRW", 365, ())
    ),
}


def texts(svg: str) -> list[str]:
    return [
        "".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("text")
    ]


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=list(DRAWINGS))
def test_a_chart_is_well_formed_and_takes_its_colours_from_the_page(draw):
    svg = draw()
    root = ElementTree.fromstring(svg)
    assert root.tag == "svg"
    assert "font-family" not in svg
    colours = set(re.findall(r"(?:fill|stroke): ([^;\"]+)", svg))
    assert {c for c in colours if not c.startswith("var(--")} <= {"none"}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=list(DRAWINGS))
def test_equal_figures_give_equal_bytes(draw):
    assert draw() == draw()


def test_the_curve_names_the_share_of_the_best_fifth():
    # the better half brings all, so the best fifth brings two fifths
    assert "bring 40.0 %" in texts(charts.concentration(ALL_BY_HALF))


def test_a_month_without_a_share_is_left_out_of_the_line():
    assert "50.0 %" in texts(charts.by_month(MONTHS))


def test_the_map_names_each_segment_in_both_languages_with_size_and_money():
    shown = texts(charts.segment_map(SEGMENTS))
    assert "champions <&> 이탈 위험 고객" in shown
    assert "3 · ₩90.0k" in shown


def test_the_small_map_has_the_numbers_of_the_table_instead():
    shown = texts(charts.segment_map(SEGMENTS, width=340, height=400))
    assert {"1", "10", "12"} <= set(shown)
    assert not any("champions" in text for text in shown)


def test_areas_are_as_the_money():
    radii = charts._radii(SEGMENTS.segments, 60.0)
    assert radii == [60.0, pytest.approx(20.0), charts.SMALLEST_RADIUS]


def test_a_users_own_matplotlib_style_changes_nothing():
    import matplotlib

    wanted = charts.by_month(MONTHS)
    with matplotlib.rc_context({"lines.dashed_pattern": (1, 1), "axes.linewidth": 9}):
        assert charts.by_month(MONTHS) == wanted


def test_ids_of_two_charts_differ():
    def ids(svg: str) -> set[str]:
        return set(re.findall(r' id="([^"]*)"', svg))

    large = charts.segment_map(SEGMENTS)
    small = charts.segment_map(SEGMENTS, width=340, height=400)
    assert ids(large)
    assert not ids(large) & ids(small)
    assert set(re.findall(r"#([\w-]+)", large)) <= ids(large)
