"""Requests of visits, as the web shop's server answers them."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from demo.simulated.web.site import HOME, Site, draw_requests
from demo.simulated.web.visits import Intent, Visits

Planted = Callable[..., Visits]


@pytest.fixture
def ask(
    planted: Planted, site: Site, rng: np.random.Generator
) -> Callable[..., pl.DataFrame]:
    return lambda *intents, **given: draw_requests(
        planted(*intents, **given), site, rng
    )


def test_an_order_is_posted_and_its_page_has_the_number(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(Intent.CHECKOUT, product=12, order=98_765)

    told = requests.select("method", "path", "status").rows()
    deed = told.index(("POST", "/cart/P0012", 302))
    assert told[deed + 1][:2] == ("GET", "/cart")
    assert told[deed + 2][:2] == ("GET", "/checkout")
    assert told[deed + 3] == ("POST", "/checkout", 302)
    assert told[deed + 4][:2] == ("GET", "/order/done/W98765")


def test_a_failed_search_leads_to_the_page_of_no_result(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(Intent.FAILED_SEARCH, product=0)

    failed = requests.filter(pl.col("path").str.starts_with("/search/none"))
    assert len(failed) == 1
    # "우산 0호", of which there is none for who is left-handed
    term = "%EC%99%BC%EC%86%90%EC%9A%A9+%EC%9A%B0%EC%82%B0+0%ED%98%B8"
    assert failed["path"].item() == f"/search/none?q={term}"
    asked = requests.filter(pl.col("path") == f"/search?q={term}")
    assert asked["status"].to_list() == [302]


def test_a_page_that_is_no_more_is_answered_by_404(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(*[Intent.NOT_FOUND] * 20, product=3)

    gone = requests.filter(pl.col("status") == 404)
    assert gone["path"].to_list() == ["/goods/P0003"] * 20


def test_a_page_is_referred_to_by_the_page_before_it(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(Intent.CART, product=9)

    row = requests["path"].to_list().index("/cart")
    product = f"{HOME}/p/P0009"
    assert requests["referrer"][row] == product  # not the button that led here
    assert requests["referrer"][row - 1] == product
    assert requests["referrer"][row - 2] == HOME + requests["path"][row - 3]


def test_the_first_page_is_referred_to_from_elsewhere_or_by_nothing(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(*[Intent.NOT_FOUND] * 1_000)

    first = requests.filter(pl.col("status") == 404)["referrer"]
    assert not first.str.starts_with(HOME).any()
    assert first.n_unique() == 7
    nothing = (first == "-").mean()
    assert nothing == pytest.approx(0.42, abs=0.078)  # five standard errors


def test_a_campaigns_link_says_so_on_its_first_page_only(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(*[Intent.CHECKOUT] * 30, campaign=2)

    linked = requests.filter(pl.col("path").str.contains("utm_"))
    assert len(linked) == 30
    end = "?utm_source=newsletter&utm_medium=email&utm_campaign=spring-2"
    assert linked["path"].str.ends_with(end).all()


def test_a_login_shows_the_customers_number(ask: Callable[..., pl.DataFrame]) -> None:
    requests = ask(*[Intent.LOGIN_ONLY] * 40, customer=17)

    account = requests.filter(pl.col("path") == "/account")
    assert set(account["login"]) == {"M000017"}
    forms = requests.filter(method="GET", path="/login")
    assert set(forms["login"]) == {"-"}


def test_a_visitor_keeps_cookie_and_browser_over_its_visits(
    ask: Callable[..., pl.DataFrame],
) -> None:
    requests = ask(*[Intent.BROWSE] * 40, visitor=[5, 6] * 20)

    assert requests.select("cookie", "agent").unique().height == 2
    assert requests["cookie"].n_unique() == 2
