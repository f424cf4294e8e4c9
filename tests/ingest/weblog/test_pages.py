"""A page view is a page that somebody saw."""

import polars as pl
import pytest

from ingest.weblog.pages import mark_pages
from ingest.weblog.source import PageRule

RULES = [
    PageRule(code="product", path=r"^/p/(?P<product_id>[0-9]+)$"),
    PageRule(code="product", path=r"^/(?:item|goods)/(?P<product_id>[^/]+)/"),
    PageRule(code="search", path=r"^/search$", search_param="q"),
    PageRule(code="search", path=r"^/find/(?P<search_term>[^/]+)$"),
    PageRule(code="anything", path=r"^/find"),
    PageRule(code="login", path=r"^/login$"),
    PageRule(code="order_done", path=r"^/thanks$", order_param="no"),
    PageRule(code="order_done", path=r"^/orders/(?P<order_id>[^/]+)/done$"),
]


def page(
    path: str | None,
    query: str | None = None,
    method: str | None = "GET",
    status: int | None = 200,
) -> tuple[str | None, ...]:
    requests = pl.DataFrame(
        {"method": [method], "path": [path], "query": [query], "status_code": [status]},
        schema={
            "method": pl.String,
            "path": pl.String,
            "query": pl.String,
            "status_code": pl.Int32,
        },
    )
    marked = mark_pages(requests, RULES)
    return marked.select("page_code", "product_id", "search_term", "order_id").row(0)


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/p/840361", None, ("product", "840361", None, None)),
        ("/p/840361x", None, ("other", None, None, None)),
        ("/goods/A-1/shoes", "q=x", ("product", "A-1", None, None)),
        ("/search", "page=2&q=ice+cream", ("search", None, "ice+cream", None)),
        ("/search", "qq=1&q=", ("search", None, None, None)),
        ("/search", None, ("search", None, None, None)),
        ("/find/milk", "q=x", ("search", None, "milk", None)),
        ("/find/milk/fresh", None, ("anything", None, None, None)),
        ("/about", "q=x", ("other", None, None, None)),
        ("/thanks", "no=A%2D7&q=x", ("order_done", None, None, "A%2D7")),
        ("/orders/A-7/done", None, ("order_done", None, None, "A-7")),
        ("/orders/A-7", "no=A-7", ("other", None, None, None)),
    ],
)
def test_the_first_rule_that_fits_says_what_a_page_is(path, query, expected):
    assert page(path, query) == expected


@pytest.mark.parametrize("status", [200, 206, 304])
def test_a_page_that_was_shown_counts(status):
    assert page("/login", status=status)[0] == "login"


@pytest.mark.parametrize("status", [0, 301, 302, 404, 499, 500, None])
def test_a_redirect_or_error_is_no_page(status):
    assert page("/login", status=status) == (None, None, None, None)


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", None])
def test_only_a_get_is_a_page(method):
    assert page("/login", method=method) == (None, None, None, None)


@pytest.mark.parametrize(
    "path", ["/static/app.3.js", "/goods/A-1/photo.JPG", "/robots.txt", "/a/b.woff2"]
)
def test_an_asset_is_no_page(path):
    assert page(path) == (None, None, None, None)


def test_without_rules_every_page_is_another_one():
    requests = pl.DataFrame(
        {"method": ["GET"], "path": ["/"], "query": [None], "status_code": [200]},
        schema_overrides={"query": pl.String},
    )

    assert mark_pages(requests, [])["page_code"].to_list() == ["other"]
