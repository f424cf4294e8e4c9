"""From log files to rows of `web_requests`: the way into this package.

Every line of every file ends in exactly one place: `requests`, `refused`,
`outside_count` or `ignored_count`. Nothing here knows of a database.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from ingest.weblog.addresses import visitor_address
from ingest.weblog.agents import AgentClassifier, looks_for_holes
from ingest.weblog.files import BLOCK_BYTES, LineBlock, LogReader
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.origins import UTM, mark_origins
from ingest.weblog.pages import mark_pages
from ingest.weblog.parsing import ParsedBlock, parse_block
from ingest.weblog.privacy import hash_visitors, replaced
from ingest.weblog.redaction import (
    UNCLEAN_PATH,
    clean_login,
    clean_order,
    clean_path,
    clean_search_term,
    referrer_hosts,
    unescaped,
)
from ingest.weblog.source import WeblogSource

REQUESTS = pl.Schema(
    {
        "file_hash": pl.String(),
        "line_number": pl.Int64(),
        "visitor_hash": pl.String(),
        "visitor_kind": pl.String(),
        "address_hash": pl.String(),
        "customer_id": pl.String(),
        "kind": pl.String(),
        "requested_at": pl.Datetime("us", "UTC"),
        "method": pl.String(),
        "path": pl.String(),
        "page_code": pl.String(),
        "product_id": pl.String(),
        "search_term": pl.String(),
        "order_id": pl.String(),
        "status_code": pl.Int32(),
        "byte_count": pl.Int64(),
        "request_milliseconds": pl.Int64(),
        "referrer_host": pl.String(),
        "referrer_class": pl.String(),
        **dict.fromkeys(UTM, pl.String()),
        "agent_name": pl.String(),
    }
)
REFUSED = pl.Schema(
    {
        "file_hash": pl.String(),
        "file_name": pl.String(),
        "line_number": pl.Int64(),
        "reason": pl.String(),
        "line": pl.Binary(),
    }
)
# the finest first, for a log with two of them
_TIMES_TAKEN = {"request_micros": 1e-3, "request_millis": 1.0, "request_time": 1e3}
# of AWS's balancers; one is negative where there was no answer
_PARTS_OF_TIME = frozenset(
    {"request_processing_time", "target_processing_time", "response_processing_time"}
)
REFUSED_LINE_BYTES = 1 << 16  # more than a server takes of a request
_SESSION_ID = r"(?i);(?:jsessionid|phpsessid|sid)=[^/;]*"
_SCHEME_AND_HOST = r"^[A-Za-z][A-Za-z0-9+.\-]*://[^/]*"


@dataclass(frozen=True, slots=True)
class LogFile:
    """What is known of a file after it was read.

    Parameters
    ----------
    path : Path
    file_hash : str or None
        Identity under any name and packing; None for a file without a request.
    size_bytes : int
        As it lay on the disk when it was opened.
    modified_at : datetime or None
        Its stamp when it was opened; None if it could not be.
    line_count : int
        All lines, the refused and ignored ones too.
    first_requested_at, last_requested_at : datetime or None
        Earliest and latest time of its requests, of any day.
    problem : str or None
        Why it could not be read to its end.
    """

    path: Path
    file_hash: str | None
    size_bytes: int
    modified_at: datetime | None
    line_count: int
    first_requested_at: datetime | None
    last_requested_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class ParsedChunk:
    """Part of a file.

    Parameters
    ----------
    requests : DataFrame
        Columns of `REQUESTS`: requests whose own time is in the window.
    refused : DataFrame
        Columns of `REFUSED`; `line` holds personal data and belongs in the vault.
    outside_count : int
        Lines whose own time is not in the window.
    ignored_count : int
        Blank lines and header comments.
    line_count : int
        All lines, the sum of the four.
    finished : LogFile or None
        With the last chunk of a file: the whole file's summary.
    """

    requests: pl.DataFrame
    refused: pl.DataFrame
    outside_count: int
    ignored_count: int
    line_count: int
    finished: LogFile | None = None


def read_requests(
    files: Iterable[Path],
    spec: WeblogSource,
    keys: WeblogKeys,
    window: tuple[datetime, datetime],
    *,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[ParsedChunk]:
    """Requests of a window of time out of all files that may hold some.

    Parameters
    ----------
    files : iterable of Path
        Read one after the other; a file that cannot be read, or not to its end, has
        its `problem` in its summary and does not stop the others.
    spec : WeblogSource
        Format and rules.
    keys : WeblogKeys
        The company's keys and time zone.
    window : tuple of datetime
        From and to, the end excluded; with time zones.
    block_bytes : int
        Text that is in memory at once.

    Yields
    ------
    ParsedChunk
        At least one for each file; the last one of a file has `finished`.
    """
    if any(edge.tzinfo is None for edge in window):
        raise ValueError("the window's ends need a time zone")
    agents = AgentClassifier(spec.agents)
    for path in files:
        yield from _read_file(path, spec, keys, agents, window, block_bytes)


def _read_file(
    path: Path,
    spec: WeblogSource,
    keys: WeblogKeys,
    agents: AgentClassifier,
    window: tuple[datetime, datetime],
    block_bytes: int,
) -> Iterator[ParsedChunk]:
    reader = LogReader(path, block_bytes)
    times: list[datetime] = []
    held = ParsedChunk(
        pl.DataFrame(schema=REQUESTS), pl.DataFrame(schema=REFUSED), 0, 0, 0
    )
    for block in reader:
        if held.line_count:
            yield held
        parsed = parse_block(block, spec.log_format, window)
        times += parsed.span or ()
        held = ParsedChunk(
            requests=_described(parsed.requests, reader.file_hash, spec, keys, agents),
            refused=_refused(block, parsed, reader.file_hash, path.name),
            outside_count=parsed.outside_count,
            ignored_count=parsed.ignored_count,
            line_count=len(block),
        )
    yield replace(
        held,
        finished=LogFile(
            path=path,
            file_hash=reader.file_hash,
            size_bytes=reader.size_bytes,
            modified_at=reader.modified_at,
            line_count=reader.line_count,
            first_requested_at=min(times, default=None),
            last_requested_at=max(times, default=None),
            problem=reader.problem,
        ),
    )


def read_again(
    lines: Sequence[bytes],
    spec: WeblogSource,
    keys: WeblogKeys,
    window: tuple[datetime, datetime],
) -> ParsedChunk:
    """Read lines that were refused, by the rules of today.

    Parameters
    ----------
    lines : sequence of bytes
        Whole, without their ends.
    spec : WeblogSource
        Format and rules.
    keys : WeblogKeys
        The company's keys and time zone.
    window : tuple of datetime
        From and to, the end excluded.

    Returns
    -------
    ParsedChunk
        `line_number` counts from 0, and there is no file.
    """
    ends = np.cumsum([0, *(len(line) + 1 for line in lines)], dtype=np.int64)
    block = LineBlock(b"".join(line + b"\n" for line in lines), ends, 0)
    parsed = parse_block(block, spec.log_format, window)
    agents = AgentClassifier(spec.agents)
    return ParsedChunk(
        requests=_described(parsed.requests, None, spec, keys, agents),
        refused=_refused(block, parsed, None, ""),
        outside_count=parsed.outside_count,
        ignored_count=parsed.ignored_count,
        line_count=len(block),
    )


def _described(
    parsed: pl.DataFrame,
    file_hash: str | None,
    spec: WeblogSource,
    keys: WeblogKeys,
    agents: AgentClassifier,
) -> pl.DataFrame:
    """Rows of the contract out of fields as logged."""
    fields = parsed.with_columns(
        _absent_as_null(pl.col(pl.String).exclude("method", "path", "query"))
    )
    fields = fields.with_columns(
        pl.lit(None, pl.String).alias(name)
        for name in ("query", "body_bytes_sent", "http_referer", "http_user_agent")
        if name not in fields.columns
    )
    requests = fields.select(
        "line_number",
        "requested_at",
        "method",
        "query",
        _clean_paths(fields["path"], spec),
        pl.lit(file_hash, pl.String).alias("file_hash"),
        _addresses(fields, spec).alias("address"),
        pl.col("status").cast(pl.Int32).alias("status_code"),
        pl.col("body_bytes_sent").cast(pl.Int64).alias("byte_count"),
        _milliseconds(fields).alias("request_milliseconds"),
        referrer_hosts(fields["http_referer"]).alias("referrer_host"),
        _has_referrer(spec).alias("has_referrer"),
        replaced(fields["http_user_agent"], r"\\", unescaped).alias("agent"),
        _cookie(spec).alias("cookie"),
        _customers(fields).alias("customer_id"),
    )
    requests = agents.mark(requests)
    requests = hash_visitors(requests, keys)
    requests = mark_pages(requests, spec.pages)
    requests = mark_origins(requests, spec.site_hosts, spec.encodings)
    return requests.with_columns(
        replaced(
            requests["search_term"],
            "",
            partial(clean_search_term, encodings=spec.encodings),
        ),
        order_id=replaced(requests["order_id"], r"[\\@%+\s]", clean_order),
        kind=pl.when(looks_for_holes()).then(pl.lit("scanner")).otherwise("kind"),
    ).select(pl.col(name).cast(dtype) for name, dtype in REQUESTS.items())


def _absent_as_null(column: pl.Expr) -> pl.Expr:
    return pl.when(~column.is_in(["-", ""])).then(column)


def _clean_paths(paths: pl.Series, spec: WeblogSource) -> pl.Series:
    bare = paths.str.replace(_SCHEME_AND_HOST, "").str.replace_all(_SESSION_ID, "")
    return replaced(
        bare, UNCLEAN_PATH, lambda path: clean_path(unescaped(path), spec.encodings)
    )


def _addresses(fields: pl.DataFrame, spec: WeblogSource) -> pl.Series:
    if not spec.trusted_proxies:
        return fields[spec.client_address]
    names = [spec.client_address, *{"remote_addr"}.intersection(fields.columns)]
    chains = fields.select(pl.concat_str(names, separator=",", ignore_nulls=True))
    return replaced(
        chains.to_series(), "", partial(visitor_address, trusted=spec.trusted_proxies)
    )


def _milliseconds(fields: pl.DataFrame) -> pl.Expr:
    """What a request took; null where the log does not say."""
    told = [
        (pl.col(name).cast(pl.Float64, strict=False) * factor).round()
        for name, factor in _TIMES_TAKEN.items()
        if name in fields.columns
    ]
    if _PARTS_OF_TIME.issubset(fields.columns):
        parts = [pl.col(name).cast(pl.Float64) for name in sorted(_PARTS_OF_TIME)]
        is_known = pl.all_horizontal(part >= 0 for part in parts)
        told.append(pl.when(is_known).then(pl.sum_horizontal(parts) * 1e3).round())
    return pl.coalesce([*told, pl.lit(None)]).cast(pl.Int64)


def _has_referrer(spec: WeblogSource) -> pl.Expr:
    if "http_referer" not in spec.log_format.fields:
        return pl.lit(None, pl.Boolean)
    return pl.col("http_referer").is_not_null()


def _cookie(spec: WeblogSource) -> pl.Expr:
    fields = spec.log_format.fields
    if "visitor_cookie" in fields:
        return pl.col("visitor_cookie")
    if spec.visitor_cookie is None:
        return pl.lit(None, pl.String)
    name = re.escape(spec.visitor_cookie)
    return pl.col("http_cookie").str.extract(rf"(?:^|; *){name}=([^;]+)")


def _customers(fields: pl.DataFrame) -> pl.Series:
    if "login" not in fields.columns:
        return pl.Series("login", [None] * len(fields), dtype=pl.String)
    return replaced(fields["login"], r"[\\@%\s]", clean_login)


def _refused(
    block: LineBlock, parsed: ParsedBlock, file_hash: str | None, file_name: str
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "file_hash": [file_hash] * len(parsed.refused),
            "file_name": [file_name] * len(parsed.refused),
            "line_number": [i + block.first_line_number for i in parsed.refused],
            "reason": list(parsed.refused.values()),
            "line": [block.line(i)[:REFUSED_LINE_BYTES] for i in parsed.refused],
        },
        schema=REFUSED,
    )
