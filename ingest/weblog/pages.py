"""What a request shows: the company's page rules, product, search term and order.

A page view is a successful GET of something that is not an asset. It has a
`page_code`, that of the first rule that fits or ``other``; everything else has none.
"""

import re
from collections.abc import Sequence

import polars as pl

from ingest.weblog.source import CAPTURES, NOT_A_RULE, PageRule

ASSETS = (
    r"(?i)\.(?:css|js|mjs|map|json|xml|txt|webmanifest"
    r"|png|jpe?g|gif|webp|avif|svg|ico|bmp|woff2?|ttf|otf|eot|mp3|mp4|webm)$"
)
_NOT_MODIFIED = 304  # the visitor sees the page that the browser had kept


def mark_pages(requests: pl.DataFrame, rules: Sequence[PageRule]) -> pl.DataFrame:
    """Add `page_code`, `product_id`, and `search_term` and `order_id` as logged.

    Parameters
    ----------
    requests : DataFrame
        `method`, `status_code`, `path` (cleaned) and `query` (as logged).
    rules : sequence of PageRule
        The first that fits names the page.
    """
    status = pl.col("status_code")
    is_page = (
        (pl.col("method") == "GET")
        & (status.is_between(200, 299) | (status == _NOT_MODIFIED))
        & ~pl.col("path").str.contains(ASSETS)
    )
    marked = requests.with_columns(page_path=pl.when(is_page).then("path"))
    page_path = pl.col("page_path")
    matches = [
        pl.when(page_path.str.contains(rule.path)).then(pl.lit(number, pl.Int32))
        for number, rule in enumerate(rules)
    ]
    # The one behind the last rule stands for "other".
    matches.append(pl.when(page_path.is_not_null()).then(pl.lit(len(rules), pl.Int32)))
    marked = marked.with_columns(rule=pl.coalesce(matches))
    codes = pl.Series([*(rule.code for rule in rules), NOT_A_RULE], dtype=pl.String)
    return marked.with_columns(
        pl.lit(codes).gather(pl.col("rule")).alias("page_code"),
        *(_captured(name, rules).alias(name) for name in sorted(CAPTURES)),
    ).drop("page_path", "rule")


def _captured(name: str, rules: Sequence[PageRule]) -> pl.Expr:
    found = [pl.lit(None, pl.String)]
    for number, rule in enumerate(rules):
        fits = pl.col("rule") == number
        if name in rule.captures:
            path = pl.when(fits).then("page_path")
            found.append(path.str.extract(rule.path, rule.captures[name]))
        elif param := rule.params.get(name):
            pattern = rf"(?:^|&){re.escape(param)}=([^&]*)"
            found.append(pl.when(fits).then("query").str.extract(pattern))
    return pl.coalesce(found).replace("", None)
