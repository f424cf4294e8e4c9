"""Pages of visits: the deed at its second, and what lies around it."""

from collections.abc import Callable

import numpy as np
import pytest

from demo.simulated.web.pages import Step, draw_pages
from demo.simulated.web.visits import NONE, Intent, Visits

Planted = Callable[..., Visits]

DEED = {
    Intent.SEARCH: [Step.SEARCH, Step.PRODUCT],
    Intent.FAILED_SEARCH: [Step.FAIL_TO_FIND, Step.NO_RESULT],
    Intent.NOT_FOUND: [Step.GONE],
    Intent.CART: [Step.PRODUCT, Step.PUT_IN_CART, Step.CART],
    Intent.CHECKOUT: [
        *(Step.PRODUCT, Step.PUT_IN_CART, Step.CART),
        *(Step.CHECKOUT, Step.ORDER, Step.ORDER_DONE),
    ],
    Intent.CONTACT: [Step.CONTACT, Step.SEND, Step.SENT],
    Intent.LOGIN_ONLY: [Step.ACCOUNT],
}
# The step that falls on the visit's second.
MOMENT = {
    Intent.FAILED_SEARCH: Step.FAIL_TO_FIND,
    Intent.NOT_FOUND: Step.GONE,
    Intent.CART: Step.PUT_IN_CART,
    Intent.CHECKOUT: Step.ORDER,
    Intent.CONTACT: Step.SEND,
    Intent.LOGIN_ONLY: Step.ACCOUNT,
}


@pytest.mark.parametrize("intent", DEED)
def test_a_visit_does_once_what_it_came_for(
    planted: Planted, rng: np.random.Generator, intent: Intent
) -> None:
    pages = draw_pages(planted(*[intent] * 200), rng)

    deed = DEED[intent]
    for visit in range(200):
        steps = pages.step[pages.visit == visit].tolist()
        windows = [steps[each : each + len(deed)] for each in range(len(steps))]
        assert deed in windows
        if intent in MOMENT:
            assert steps.count(MOMENT[intent]) == 1


@pytest.mark.parametrize("intent", MOMENT)
@pytest.mark.parametrize("second", [0, 1, 45_296, 86_399])
def test_the_deed_is_at_the_second_that_the_visit_says(
    planted: Planted, rng: np.random.Generator, intent: Intent, second: int
) -> None:
    visits = planted(*[intent] * 50, customer=7, second=second)

    pages = draw_pages(visits, rng)

    assert set(pages.second[pages.step == MOMENT[intent]]) == {second}
    assert pages.second.min() >= 0
    assert pages.second.max() <= 86_399


def test_the_first_page_of_who_browses_is_at_the_visits_second(
    planted: Planted, rng: np.random.Generator
) -> None:
    pages = draw_pages(planted(*[Intent.BROWSE] * 100, second=600), rng)

    assert set(pages.second[pages.position == 0]) == {600}


def test_pages_of_a_visit_come_one_after_the_other_within_half_an_hour(
    planted: Planted, rng: np.random.Generator
) -> None:
    pages = draw_pages(planted(*list(Intent) * 200), rng)

    is_next = pages.position[1:] > 0
    gap = np.diff(pages.second)[is_next]
    assert gap.min() >= 0
    assert gap.max() < 30 * 60
    assert np.median(gap[gap > 1]) == pytest.approx(35, rel=0.15)


def test_half_of_those_who_log_in_are_known_at_once(
    planted: Planted, rng: np.random.Generator
) -> None:
    visits = planted(*[Intent.CHECKOUT] * 2_000, customer=3)

    pages = draw_pages(visits, rng)

    at_once = pages.is_known[pages.position == 0].mean()
    assert at_once == pytest.approx(0.5, abs=0.056)  # five standard errors
    assert np.all(pages.is_known[pages.step == Step.ORDER_DONE])
    logins = np.isin(pages.step, [Step.LOGIN, Step.LOG_IN])
    assert logins.sum() == 2 * round(2_000 * (1 - at_once))
    assert not pages.is_known[pages.step == Step.LOGIN].any()
    assert pages.is_known[pages.step == Step.LOG_IN].all()


def test_nobody_is_known_without_a_customer(
    planted: Planted, rng: np.random.Generator
) -> None:
    pages = draw_pages(planted(*list(Intent) * 50), rng)

    assert not pages.is_known.any()
    assert not np.isin(pages.step, [Step.LOGIN, Step.LOG_IN]).any()


def test_pages_show_only_products_that_the_days_visits_are_about(
    planted: Planted, rng: np.random.Generator
) -> None:
    pages = draw_pages(planted(*[Intent.CART] * 300, product=[4, 8, 15] * 100), rng)

    assert set(pages.product) == {4, 8, 15}
    is_deed = pages.step == Step.PUT_IN_CART
    assert pages.product[is_deed].tolist() == [4, 8, 15] * 100


def test_who_comes_for_no_product_sees_those_of_the_others(
    planted: Planted, rng: np.random.Generator
) -> None:
    visits = planted(Intent.CART, *[Intent.BROWSE] * 99, product=[4, *[NONE] * 99])

    pages = draw_pages(visits, rng)

    assert set(pages.product[pages.visit > 0]) == {4}


def test_a_day_without_products_shows_none(
    planted: Planted, rng: np.random.Generator
) -> None:
    pages = draw_pages(planted(*[Intent.BROWSE] * 50, product=NONE), rng)

    assert set(pages.step) == {Step.HOME}


def test_a_campaigns_link_leads_to_its_product(
    planted: Planted, rng: np.random.Generator
) -> None:
    visits = planted(Intent.BROWSE, Intent.CHECKOUT, Intent.NOT_FOUND, campaign=1)

    pages = draw_pages(visits, rng)

    first = pages.step[pages.position == 0]
    assert first.tolist() == [Step.PRODUCT, Step.PRODUCT, Step.GONE]


def test_a_day_without_visits_has_no_pages(
    planted: Planted, rng: np.random.Generator
) -> None:
    assert len(draw_pages(planted(), rng).step) == 0
