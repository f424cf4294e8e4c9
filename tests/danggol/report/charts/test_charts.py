"""Charts: texts stay texts, colours are the page's, equal figures equal bytes."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from danggol.report.charts import (
    campaigns,
    changes,
    concentration,
    models,
    segments,
)
from danggol.report.charts.style import COLOURS
from danggol.report.language import LANGUAGES, Language
from danggol.report.page import TEMPLATES
from warehouse.figures import (
    Campaign,
    Campaigns,
    GrowthBridge,
    GrowthComponent,
    LifetimeValues,
    LorenzCurve,
    Measure,
    MonthConcentration,
    Segment,
    SegmentFlows,
    SegmentMove,
    SegmentSummary,
    ValueBar,
)

ENGLISH, KOREAN = (Language(each, "KRW", ZoneInfo("Asia/Seoul")) for each in LANGUAGES)

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

# Sales of 150 and 170, and what lies between.
BRIDGE = GrowthBridge(
    date(2026, 2, 1),
    date(2026, 2, 28),
    (
        GrowthComponent("new", 1, Decimal(0), Decimal(40), Decimal(40)),
        GrowthComponent("retained", 2, Decimal(100), Decimal(130), Decimal(30)),
        GrowthComponent("lost", 1, Decimal(50), Decimal(0), Decimal(-50)),
    ),
)
FLOWS = SegmentFlows(
    date(2026, 1, 31),
    date(2026, 2, 28),
    (
        SegmentMove("champions", "champions", 6, Decimal(60)),
        SegmentMove("loyal", "at_risk", 2, Decimal(20)),
        SegmentMove(None, "new_customers", 1, Decimal(5)),
    ),
)
VALUES = LifetimeValues(
    as_of_date=date(2026, 2, 28),
    horizon_weeks=52,
    basis_code="margin",
    customers=12,
    amount=Decimal(90_000),
    median_amount=Decimal(100),
    top_20_share=0.9,
    bars=(
        ValueBar(Decimal(0), Decimal(10_000), 11, Decimal(2_000)),
        ValueBar(Decimal(10_000), None, 1, Decimal(88_000)),
    ),
)


def measure(number: int, value: float, expected: float | None = None) -> Measure:
    day = date(2026, 2, 1)
    return Measure(
        day, "lift", "model", number, value, None, None, expected, 9, day, day
    )


BINS = [measure(1, 0.2, 0.1), measure(2, 0.5, 0.6)]
TENTHS = [measure(1, 1.6), measure(2, 0.4)]


def campaign(name: str, verdict: str, *lift: float | None) -> Campaign:
    return Campaign(
        campaign_id=name,
        name=f"{name} <&>",
        start_date=date(2026, 2, 1),
        verdict_code=verdict,
        planned_amount=None,
        spent_amount=None,
        contacted=9,
        treated=9,
        control=9,
        lift=lift[0],
        low=lift[1],
        high=lift[2],
        break_even=0.02,
        needed=None,
        gain_amount=None,
    )


CAMPAIGNS = Campaigns(
    (
        campaign("k1", "works", 0.05, 0.01, 0.09),
        campaign("k2", "does_not", -0.05, -0.09, -0.01),
        campaign("k3", "no_holdout", None, None, None),
    )
)

DRAWINGS = {
    "curve": lambda said: concentration.concentration(ALL_BY_HALF, said),
    "months": lambda said: concentration.by_month(MONTHS, said),
    "no month": lambda said: concentration.by_month([], said),
    "map": lambda said: segments.segment_map(SEGMENTS, said),
    "small map": lambda said: segments.segment_map(
        SEGMENTS, said, width=340, height=400
    ),
    "empty map": lambda said: segments.segment_map(
        SegmentSummary(date(2026, 3, 1), "KRW", 365, ()), said
    ),
    "growth": lambda said: changes.growth(BRIDGE, said),
    "small growth": lambda said: changes.growth(BRIDGE, said, width=340),
    "flows": lambda said: changes.flows(FLOWS, said),
    "values": lambda said: models.values(VALUES, said),
    "calibration": lambda said: models.calibration(BINS, said, "churn", said.share),
    "lift": lambda said: models.lift(TENTHS, said),
    "campaigns": lambda said: campaigns.lifts(CAMPAIGNS, said),
}


def texts(svg: str) -> list[str]:
    return [
        "".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("text")
    ]


@pytest.mark.parametrize("language", [ENGLISH, KOREAN], ids=LANGUAGES)
@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=list(DRAWINGS))
def test_a_chart_is_well_formed_and_takes_its_colours_from_the_page(draw, language):
    svg = draw(language)
    root = ElementTree.fromstring(svg)
    assert root.tag == "svg"
    assert "font-family" not in svg
    colours = set(re.findall(r"(?:fill|stroke): ([^;\"]+)", svg))
    assert {c for c in colours if not c.startswith("var(--")} <= {"none"}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=list(DRAWINGS))
def test_equal_figures_give_equal_bytes(draw):
    assert draw(ENGLISH) == draw(ENGLISH)


def test_ids_of_all_charts_differ():
    found = Counter(
        each
        for draw in DRAWINGS.values()
        for language in (ENGLISH, KOREAN)
        for each in set(re.findall(r' id="([^"]*)"', draw(language)))
        if draw is not DRAWINGS["no month"] and draw is not DRAWINGS["empty map"]
    )
    assert found
    assert set(found.values()) == {1}


def test_a_chart_refers_to_its_own_ids():
    svg = DRAWINGS["map"](ENGLISH)
    ids = set(re.findall(r' id="([^"]*)"', svg))
    assert set(re.findall(r"#([\w-]+)", svg)) <= ids


def test_the_curve_names_the_share_of_the_best_fifth():
    # the better half brings all, so the best fifth brings two fifths
    shown = texts(concentration.concentration(ALL_BY_HALF, ENGLISH))
    assert "bring 40.0\N{NO-BREAK SPACE}%" in shown
    assert "40.0% 차지" in texts(concentration.concentration(ALL_BY_HALF, KOREAN))


def test_a_month_without_a_share_is_left_out_of_the_line():
    shown = texts(concentration.by_month(MONTHS, ENGLISH))
    assert "50.0\N{NO-BREAK SPACE}%" in shown


def test_the_map_names_each_segment_with_size_and_money():
    shown = texts(segments.segment_map(SEGMENTS, ENGLISH))
    assert "champions <&>" in shown
    assert "3 · ₩90.0k" in shown
    assert "3 · ₩9.00만" in texts(segments.segment_map(SEGMENTS, KOREAN))


def test_the_small_map_has_the_numbers_of_the_table_instead():
    shown = texts(segments.segment_map(SEGMENTS, ENGLISH, width=340, height=400))
    assert {"1", "10", "12"} <= set(shown)
    assert not any("champions" in text for text in shown)


def test_areas_are_as_the_money():
    radii = segments._radii(SEGMENTS.segments, 60.0)
    assert radii == [60.0, pytest.approx(20.0), segments.SMALLEST_RADIUS]


def test_a_users_own_matplotlib_style_changes_nothing():
    import matplotlib

    wanted = concentration.by_month(MONTHS, ENGLISH)
    with matplotlib.rc_context({"lines.dashed_pattern": (1, 1), "axes.linewidth": 9}):
        assert concentration.by_month(MONTHS, ENGLISH) == wanted


def test_the_bridge_says_each_cause_and_both_months():
    shown = texts(changes.growth(BRIDGE, ENGLISH))
    assert {"₩150", "+₩40", "+₩30", "\N{MINUS SIGN}₩50", "₩170"} <= set(shown)


def test_flows_name_families_with_their_customers_on_each_side():
    shown = texts(changes.flows(FLOWS, ENGLISH))
    assert Counter(shown) >= Counter(
        ["the best 8", "the best 6", "at risk 2", "on their way 1", "not there 1"]
    )


def test_lift_is_said_where_it_is_above_the_average():
    shown = texts(models.lift(TENTHS, ENGLISH))
    assert "1.6\N{MULTIPLICATION SIGN}" in shown
    assert not any(text.startswith("0.4") for text in shown)


def test_only_campaigns_with_an_interval_are_drawn_in_the_colour_of_their_verdict():
    svg = campaigns.lifts(CAMPAIGNS, ENGLISH)
    assert {"k1 <&>", "k2 <&>"} <= set(texts(svg))
    assert "k3 <&>" not in texts(svg)
    assert "var(--best)" in svg
    assert "var(--risk)" in svg


def test_every_colour_is_a_variable_of_the_page():
    css = (TEMPLATES / "report.css").read_text("utf-8")
    assert {f"--{name}:" for name in COLOURS} <= set(re.findall(r"--\w+:", css))
