"""What the grocer's web site answers: synthetic requests for pages, and all they need.

Assets are served without the application, so their lines never have a login.
"""

import numpy as np
import polars as pl

from demo.complete_journey.visits import Numbers

SITE = "https://www.complete-journey.example"
REQUEST_COLUMNS = (
    "time",
    "address",
    "request",
    "status",
    "bytes",
    "referrer",
    "agent",
    "cookie",
    "login",
)
_SEARCH_ENGINE = "https://www.google.com/"


def product_path() -> pl.Expr:
    """Page of an article."""
    return pl.format("/p/{}", "article_no")


def category_path() -> pl.Expr:
    """Page of a commodity; a few articles have none."""
    slug = (
        pl.col("commodity")
        .str.to_lowercase()
        .str.replace_all("[^a-z0-9]+", "-")
        .str.strip_chars("-")
    )
    return pl.format("/c/{}", slug.fill_null("other"))


def search_path() -> pl.Expr:
    """Results of looking for the first words of what an article is."""
    words = (
        pl.col("sub_commodity")
        .fill_null("sale")
        .str.to_lowercase()
        .str.replace_all("[^a-z]+", " ")
        .str.strip_chars(" ")
        .str.extract("^([a-z]+(?: [a-z]+){0,2})")
        .fill_null("sale")
    )
    return pl.format("/search?q={}", words.str.replace_all(" ", "+"))


def catalogue_paths(purchases: pl.DataFrame) -> pl.Series:
    """What a crawler finds: four products for each category."""
    products = purchases.select(path=product_path()).unique()
    categories = purchases.select(path=category_path()).unique()
    repeats = len(products) // (4 * len(categories)) + 1
    return pl.concat([products, *[categories] * repeats])["path"].sort()


def draw_requests_of_pages(
    pages: pl.DataFrame, purchases: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Requests that showing `pages` takes.

    Parameters
    ----------
    pages : DataFrame
        As `visits.draw_pages` returns them.
    purchases : DataFrame
        What the numbers in ``pages.purchase`` mean.

    Returns
    -------
    DataFrame
        `REQUEST_COLUMNS`, ``time`` in seconds.
    """
    paths = purchases.select(
        "article_no",
        product=product_path(),
        category=category_path(),
        search=search_path(),
    )
    shown = pl.concat([pages, paths[pages["purchase"].to_numpy()]], how="horizontal")
    kind = pl.col("kind")
    shown = shown.with_columns(
        path=pl.when(kind == "home")
        .then(pl.lit("/"))
        .when(kind.is_in(["product", "category", "search"]))
        .then(
            pl.when(kind == "product")
            .then("product")
            .when(kind == "category")
            .then("category")
            .otherwise("search")
        )
        .otherwise(pl.format("/{}", kind))
    )
    came_from = pl.Series("came_from", rng.choice(["-", _SEARCH_ENGINE], len(pages)))
    shown = shown.with_columns(
        referrer=pl.when(pl.col("position") > 0)
        .then(pl.format(SITE + "{}", pl.col("path").shift(1)))
        .otherwise(came_from)
    )
    parts = [_documents(shown, rng), _login_posts(shown), _assets(shown, rng)]
    return pl.concat([part.select(REQUEST_COLUMNS) for part in parts])


def _documents(shown: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    count = len(shown)
    status = rng.choice([200, 304, 404, 500], count, p=[0.978, 0.013, 0.006, 0.003])
    size = _lognormal(18_000, 0.4, count, rng)
    return shown.with_columns(
        request=pl.format("GET {} HTTP/1.1", "path"),
        status=pl.Series(status),
        bytes=pl.Series(np.where(status == 304, 0, size).astype(np.int64)),
    )


def _login_posts(shown: pl.DataFrame) -> pl.DataFrame:
    """The answer to a filled form: from here on the site knows who it is."""
    is_form = (pl.col("kind") == "login") & (pl.col("login") != "-")
    return shown.filter(is_form).with_columns(
        time=pl.col("time") + 8,
        request=pl.lit("POST /login HTTP/1.1"),
        status=pl.lit(302, pl.Int64),
        bytes=pl.lit(0, pl.Int64),
        referrer=pl.lit(f"{SITE}/login"),
    )


def _assets(shown: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    is_first = pl.col("position") == 0
    is_product = pl.col("kind") == "product"
    is_list = pl.col("kind").is_in(["category", "search"])
    named = (
        (is_first, pl.lit("/static/site.css"), 31_204),
        (is_first, pl.lit("/static/app.js"), 148_830),
        (is_first, pl.lit("/static/logo.png"), 5_127),
        (is_product, pl.format("/img/p/{}.jpg", "article_no"), 46_300),
        (is_product, pl.lit("/static/product.js"), 22_481),
        (is_list, pl.format("/img/s/{}.webp", "article_no"), 12_950),
        (is_list, pl.lit("/static/list.js"), 17_066),
    )
    wanted = pl.concat(
        [
            shown.filter(where).with_columns(asset=path, size=pl.lit(size, pl.Int64))
            for where, path, size in named
        ]
    )
    # A browser that has seen a file asks only whether it has changed, or not at all.
    answer = pl.Series(
        "status", rng.choice([200, 304, 0], len(wanted), p=[0.4, 0.35, 0.25])
    )
    return (
        wanted.with_columns(
            answer,
            time=pl.col("time") + pl.Series(rng.integers(0, 3, len(wanted))),
            request=pl.format("GET {} HTTP/1.1", "asset"),
            referrer=pl.format(SITE + "{}", "path"),
            login=pl.lit("-"),
        )
        .with_columns(bytes=pl.when(pl.col("status") == 200).then("size").otherwise(0))
        .filter(pl.col("status") > 0)
    )


def _lognormal(
    median: float, spread: float, count: int, rng: np.random.Generator
) -> Numbers:
    return rng.lognormal(np.log(median), spread, count)
