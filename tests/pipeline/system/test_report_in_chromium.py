"""The report as a reader's browser shows it, on a telephone and on a desk.

Nothing is cut, covered, or too pale to read (WCAG 2.2, level AA), in both languages,
light and dark; nothing is said on the console, and nothing asked of any network.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from danggol.report import write_report
from tests.danggol.report.placing import place
from tests.pipeline.system.browser import Tab, chromium
from tests.warehouse.published_answers import publish_answers, publish_scoreboard
from tests.warehouse.published_company import (
    CUSTOMERS,
    NIGHT,
    publish_segments,
    publish_star,
)
from warehouse import Warehouse

pytestmark = [pytest.mark.system, pytest.mark.postgres]

LOOKING = (Path(__file__).parent / "looking.js").read_text("utf-8")
HEIGHT = 40_000  # the whole page, so that every point of it can be asked about
# Sums of a company with a hundred thousand customers, and names as long as names are.
LARGE = """
update marts.growth_bridges set previous_amount = 34567890 * previous_amount,
    amount = 34567890 * amount, change_amount = 34567890 * change_amount,
    customer_count = 12345 * customer_count;
update marts.customer_lifetime_values set clv_amount = 6789012 * clv_amount;
update marts.customer_segments set monetary_amount = 67890123 * monetary_amount;
update marts.ecrm_funnels set step_count = 123456 * step_count;
update marts.campaign_results set spent_amount = 98765 * spent_amount,
    planned_amount = 98765 * planned_amount, gain_amount = 123456789,
    needed_count = 301452797, treated_count = 123456, control_count = 123456;
update marts.dim_campaigns
set campaign_name = 'Thank-you letter with a spring voucher for every branch and the'
    ' web shop, sent to customers of grade A and B, 2026';
update marts.dim_products
set product_name = product_name || ', stoneware, dishwasher-proof, 350 ml (blue/white)';
"""


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    with chromium(tmp_path / "browser") as opened:
        yield opened


@pytest.fixture
def report(warehouse: Warehouse, tmp_path: Path) -> Path:
    publish_star(warehouse)
    publish_segments(warehouse, [*CUSTOMERS[1:], ("C-501", 60, 2, 9, "loyal")])
    publish_segments(warehouse, CUSTOMERS, NIGHT.replace(day=2))
    publish_answers(warehouse)
    publish_scoreboard(warehouse)
    with warehouse.connect("admin") as connection:
        connection.execute(LARGE.encode())
    return write_report(place(warehouse, tmp_path))


def test_the_page_reads_well_on_a_telephone_and_on_a_desk(report, tab):
    found = {}
    for width in (390, 1400):
        for scheme in ("light", "dark"):
            tab.look_at(report, width=width, height=HEIGHT, scheme=scheme)
            for language in ("en", "ko"):
                tab.run(f"document.getElementById('in-{language}').click()")
                found[width, scheme, language] = tab.run(LOOKING)
    assert {how: told for how, told in found.items() if told} == {}


def test_the_page_is_silent_and_asks_for_nothing_but_itself(report, tab):
    tab.look_at(report, width=1400, height=HEIGHT, scheme="light")
    tab.run("document.querySelectorAll('summary').forEach(each => each.click())")
    assert [each["method"] for each in tab.events] == ["Network.requestWillBeSent"]
    assert tab.events[0]["params"]["request"]["url"] == report.as_uri()


def test_one_language_is_shown_at_a_time(report, tab):
    tab.look_at(report, width=390, height=HEIGHT, scheme="dark")
    shown = (
        "[...document.querySelectorAll('.page')]"
        ".filter(each => each.checkVisibility()).map(each => each.lang)"
    )
    assert tab.run(shown) == ["en"]
    # with the keyboard alone
    tab.run("document.getElementById('in-en').focus()")
    for kind in ("keyDown", "keyUp"):
        tab.tell(
            "Input.dispatchKeyEvent",
            type=kind,
            key="ArrowRight",
            code="ArrowRight",
            windowsVirtualKeyCode=39,
        )
    assert tab.run(shown) == ["ko"]


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<p style='color: #999'>pale</p>", '"pale" has a contrast of 2.85'),
        ("<p style='margin-left: 370px'>outside</p>", '"outside" leaves its place'),
        (
            "<svg viewBox='0 0 40 20' width=40><text x=30 y=15>cut</text></svg>",
            '"cut" leaves its place',
        ),
        (
            "<svg viewBox='0 0 90 20' width=90><text y=15>one</text>"
            "<text x=2 y=15>two</text></svg>",
            '"two" lies on "one"',
        ),
        (
            "<svg viewBox='0 0 90 20' width=90><rect width=90 height=20 />"
            "<text y=15>dark</text></svg>",
            '"dark" has a contrast of 1.00',
        ),
        (
            "<div class=scroll aria-label=wide><p style='width: 500px'>x</p></div>",
            '"wide" is wider than its place by',
        ),
    ],
)
def test_the_look_finds_what_is_wrong(tab, tmp_path, html, complaint):
    page = tmp_path / "wrong.html"
    style = "<style>.scroll { overflow: auto; width: 300px }</style>"
    page.write_text(f"<!DOCTYPE html>{style}<body>{html}</body>", "utf-8")
    tab.look_at(page, width=390, height=800, scheme="light")
    told = tab.run(LOOKING)
    assert any(each.startswith(complaint) for each in told), told


def test_the_look_finds_nothing_wrong_with_plain_text(tab, tmp_path):
    page = tmp_path / "right.html"
    page.write_text("<!DOCTYPE html><body><p>plain</p></body>", "utf-8")
    tab.look_at(page, width=390, height=800, scheme="light")
    assert tab.run(LOOKING) == []
