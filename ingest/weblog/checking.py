"""What the newest log files look like to us, and what they will never answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ingest.weblog.keys import WeblogKeys
from ingest.weblog.parsing import REASONS
from ingest.weblog.reading import ParsedChunk, read_requests
from ingest.weblog.redaction import ESCAPES
from ingest.weblog.source import NOT_A_RULE, WeblogSource

LINES = 200_000
SHOWN_PATHS, SHOWN_AGENTS, SHOWN_LINES = 20, 5, 5
ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
# So large a share of one network, seen with so many browsers, is no visitor.
BALANCER_SHARE, BALANCER_AGENTS = 0.5, 5
FEW = 0.05


@dataclass(frozen=True, slots=True)
class LogLook:
    """What the look at the log files found.

    Attributes
    ----------
    file_count, line_count, refused_count : int
        Of what was looked at, the newest files first.
    refused : list of (str, str)
        Place and reason of the first refused lines.
    matched_share : float
        Lines that have the format, in 0..1.
    unmatched_paths : list of (str, int)
        Paths of people's pages that no rule names, the most frequent first.
    cookie_share, login_share : float
        Requests of people with a cookie, and with a customer's number.
    undecoded_share : float
        Searches whose term is in no known encoding, in 0..1 of all searches.
    agents : list of (str, float)
        Browser families and robots with the largest shares of requests.
    largest_network_share : float
        Share of the network, IPv4 /24 or IPv6 /48, with the most requests.
    is_behind_balancer : bool
        Whether that network seems to stand before all visitors.
    unanswerable : list of str
        Questions that this log cannot answer, and what would help.
    """

    file_count: int
    line_count: int
    refused_count: int
    refused: list[tuple[str, str]]
    matched_share: float
    unmatched_paths: list[tuple[str, int]]
    cookie_share: float
    login_share: float
    undecoded_share: float
    agents: list[tuple[str, float]]
    largest_network_share: float
    is_behind_balancer: bool
    unanswerable: list[str]


def look(source: WeblogSource, home: Path, keys: WeblogKeys) -> LogLook:
    """Read the newest lines, as many as tell enough; nothing is stored.

    Raises
    ------
    FileNotFoundError
        If no file has the name that the company says.
    """
    files = sorted(
        source.find_files(home), key=lambda file: file.stat().st_mtime, reverse=True
    )
    if not files:
        raise FileNotFoundError(f"no log file is named {source.place}")
    chunks = list(_newest(files, source, keys))
    requests = pl.concat([chunk.requests for chunk in chunks])
    refused = pl.concat([chunk.refused for chunk in chunks])
    line_count = sum(chunk.line_count - chunk.ignored_count for chunk in chunks)
    people = requests.filter(pl.col("kind").is_in(["human", "app"]))
    cookie_share = _share(people, pl.col("visitor_kind") == "cookie")
    login_share = _share(people, pl.col("customer_id").is_not_null())
    by_network = _shares(requests, "address_hash")
    largest = by_network[0] if by_network else ("", 0.0)
    browsers = requests.filter(pl.col("address_hash") == largest[0])["agent_name"]
    return LogLook(
        file_count=sum(chunk.finished is not None for chunk in chunks),
        line_count=line_count,
        refused_count=len(refused),
        refused=[
            (f"{file}:{line}", REASONS[reason])
            for file, line, reason in refused.select(
                "file_name", "line_number", "reason"
            )
            .head(SHOWN_LINES)
            .rows()
        ],
        matched_share=1 - len(refused) / line_count if line_count else 0.0,
        unmatched_paths=_unmatched(people),
        cookie_share=cookie_share,
        login_share=login_share,
        undecoded_share=_undecoded_share(requests["search_term"].drop_nulls()),
        agents=_shares(requests, "agent_name")[:SHOWN_AGENTS],
        largest_network_share=largest[1],
        is_behind_balancer=largest[1] >= BALANCER_SHARE
        and browsers.n_unique() >= BALANCER_AGENTS,
        unanswerable=_unanswerable(source, cookie_share, login_share),
    )


def _newest(
    files: list[Path], source: WeblogSource, keys: WeblogKeys
) -> Iterator[ParsedChunk]:
    count = 0
    for chunk in read_requests(files, source, keys, ALWAYS):
        count += chunk.line_count
        yield chunk
        if count >= LINES:
            return


def _share(requests: pl.DataFrame, condition: pl.Expr) -> float:
    share = requests.select(condition.fill_null(value=False).mean()).item()
    return float(share or 0.0)


def _shares(requests: pl.DataFrame, column: str) -> list[tuple[str, float]]:
    """Share of each value, the largest first; equal ones by name."""
    counted = (
        requests.filter(pl.col(column).is_not_null())
        .group_by(column)
        .agg(pl.len() / max(len(requests), 1))
        .sort("len", column, descending=[True, False])
    )
    return [(str(name), float(share)) for name, share in counted.rows()]


def _undecoded_share(terms: pl.Series) -> float:
    undecoded = terms.filter(terms.str.contains(ESCAPES))
    return len(undecoded) / max(len(terms), 1)


def _unmatched(people: pl.DataFrame) -> list[tuple[str, int]]:
    counted = (
        people.filter(pl.col("page_code") == NOT_A_RULE)
        .group_by("path")
        .agg(pl.len())
        .sort("len", "path", descending=[True, False])
    )
    return [(str(path), int(count)) for path, count in counted.head(SHOWN_PATHS).rows()]


def _unanswerable(
    source: WeblogSource, cookie_share: float, login_share: float
) -> list[str]:
    found = []
    if cookie_share < FEW:
        found.append(
            "who comes back on another day: hardly a request has a cookie, and a "
            "visitor without one is known for a day; log a visitor's cookie"
        )
    if login_share < FEW:
        found.append(
            "what customers look at: hardly a request says who is logged in; log the "
            "customer's number"
        )
    codes = {rule.code for rule in source.pages}
    products = any("product_id" in rule.captures for rule in source.pages)
    if not products:
        found.append(
            "which products are looked at: no rule of `pages` captures product_id"
        )
    searches = any(
        rule.search_param or "search_term" in rule.captures for rule in source.pages
    )
    if not searches:
        found.append(
            "what is searched for: no rule of `pages` has a search_param or captures "
            "search_term"
        )
    orders = any(
        rule.order_param or "order_id" in rule.captures for rule in source.pages
    )
    if login_share < FEW and not orders:
        found.append(
            "who ordered, where logins are not logged: no rule of `pages` has an "
            "order_param or captures order_id"
        )
    missing = [code for code in ("cart", "checkout", "order_done") if code not in codes]
    if missing:
        found.append(
            f"where purchases break off: `pages` has no rule for {', '.join(missing)}"
        )
    return found
