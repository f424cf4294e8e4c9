"""A block of lines to columns, and the lines that are none.

Ordinary lines go through one regular expression, a column at a time. What it does
not match is looked at again, loosely, and gets its reason if it is refused; a bad
line costs its neighbours nothing.
"""

import codecs
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from ingest.weblog.files import LINE_LIMIT, LineBlock, is_ignored
from ingest.weblog.formats import ANY_REQUEST, TIMES, LogFormat
from ingest.weblog.json_lines import JsonFormat
from ingest.weblog.privacy import replaced
from ingest.weblog.redaction import percent_decoded

AnyFormat = LogFormat | JsonFormat

Reason = Literal[
    "not_utf8",
    "nul_byte",
    "too_long",
    "wrong_format",
    "bad_time",
    "not_a_request",
    "unfinished_line",
]
REASONS: dict[Reason, str] = {
    "not_utf8": "has bytes that are not UTF-8",
    "nul_byte": "has a NUL byte",
    "too_long": f"is longer than {LINE_LIMIT:,} bytes",
    "wrong_format": "does not have the format of the log",
    "bad_time": "has a time that does not exist",
    "not_a_request": "has no HTTP request, but a TLS handshake or garbage",
    "unfinished_line": "is the last one and breaks off",
}
# Beyond these years a time is a broken clock, and Python's own dates end at 9999.
ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """What a block of lines says, as logged.

    Parameters
    ----------
    requests : DataFrame
        Requests in the window, in the order of the lines: `line_number`,
        `requested_at`, `method`, `path`, `query`, and the format's other fields by
        their names. Both `method` and `path` are null where the server logged ``-``
        for the request.
    refused : dict of int to Reason
        By index in the block; none whose own time is known and not in the window.
    outside_count : int
        Lines whose own time is not in the window.
    ignored_count : int
        Blank lines and header comments.
    span : tuple of datetime, or None
        Earliest and latest time of all lines that have one.
    """

    requests: pl.DataFrame
    refused: dict[int, Reason]
    outside_count: int
    ignored_count: int
    span: tuple[datetime, datetime] | None


def parse_block(
    block: LineBlock, log_format: AnyFormat, window: tuple[datetime, datetime]
) -> ParsedBlock:
    """Parse the lines of a block.

    Parameters
    ----------
    block : LineBlock
        From `files`.
    log_format : LogFormat or JsonFormat
        What a line should look like.
    window : tuple of datetime
        From and to, the end excluded.
    """
    refused = _unreadable(block)
    lines = _split(_as_text(block, refused), log_format, refused)
    lines = _with_times(lines)
    if block.is_unfinished:
        lines = _without_a_cut_line(block, lines, refused, log_format)
    requested_at = pl.col("requested_at")
    _refuse(refused, lines.filter(requested_at.is_null()), "bad_time")
    timed = lines.filter(requested_at.is_not_null())
    inside = timed.filter(requested_at.is_between(*window, closed="left"))
    _refuse(refused, inside.filter(~pl.col("is_request")), "not_a_request")
    ignored = [index for index in refused if is_ignored(block.line(index))]
    for index in ignored:
        del refused[index]
    return ParsedBlock(
        requests=inside.filter("is_request").select(
            (pl.col("index") + block.first_line_number).alias("line_number"),
            pl.all().exclude("index", "is_request"),
        ),
        refused=dict(sorted(refused.items())),
        outside_count=len(timed) - len(inside),
        ignored_count=len(ignored),
        span=_span(timed["requested_at"]),
    )


def _unreadable(block: LineBlock) -> dict[int, Reason]:
    """Lines that no regular expression may see."""
    refused: dict[int, Reason] = {}
    if not _is_utf8(block.data):
        octets = np.frombuffer(block.data, np.uint8)
        for index in _lines_with(octets >= 0x80, block):
            if not _is_utf8(block.line(index)):
                refused[index] = "not_utf8"
    if b"\0" in block.data:
        octets = np.frombuffer(block.data, np.uint8)
        refused |= dict.fromkeys(_lines_with(octets == 0, block), "nul_byte")
    lengths = np.diff(block.offsets)
    long_lines = np.flatnonzero(lengths > LINE_LIMIT).tolist()
    return refused | dict.fromkeys(long_lines, "too_long")


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        codecs.utf_8_decode(data, "strict", True)
    except UnicodeDecodeError:
        return False
    return True


def _lines_with(mark: NDArray[np.bool_], block: LineBlock) -> list[int]:
    places = np.flatnonzero(mark)
    lines = np.searchsorted(block.offsets, places, side="right") - 1
    return [int(line) for line in np.unique(lines)]


def _as_text(block: LineBlock, refused: dict[int, Reason]) -> pl.DataFrame:
    """`index` and `line` of the readable lines; the bytes are not copied."""
    buffers = [None, pa.py_buffer(block.offsets), pa.py_buffer(block.data)]
    array = pa.Array.from_buffers(pa.large_binary(), len(block), buffers)
    indexes = np.arange(len(block), dtype=np.int64)
    if refused:
        indexes = np.delete(indexes, list(refused))
        array = array.take(pa.array(indexes))
    # Checked above, hence a view and no second check.
    text = array.view(pa.large_string())
    return pl.DataFrame({"index": indexes, "line": pl.Series(text, dtype=pl.String)})


def _split(
    lines: pl.DataFrame, log_format: AnyFormat, refused: dict[int, Reason]
) -> pl.DataFrame:
    """Fields of the lines that have the format; the others are refused."""
    if isinstance(log_format, JsonFormat):
        split = _with_request(log_format.split(lines))
        _refuse(refused, lines.join(split, on="index", how="anti"), "wrong_format")
        return split
    fields = pl.col("line").str.extract_groups(log_format.pattern)
    split = (
        lines.with_columns(fields.alias("fields"))
        .unnest("fields")
        .filter(pl.col("status").is_not_null())
        .select(pl.all().exclude("line"), pl.lit(True).alias("is_request"))
    )
    if len(split) < len(lines):
        others = lines.join(split, on="index", how="anti")
        again = _looked_at_again(others, log_format)
        _refuse(refused, others.join(again, on="index", how="anti"), "wrong_format")
        split = pl.concat([split, again.select(split.columns)]).sort("index")
    return _percent_decoded(split) if log_format.percent_encoded else split


def _looked_at_again(lines: pl.DataFrame, log_format: LogFormat) -> pl.DataFrame:
    """Lines of the right format whose request is not an ordinary one."""
    loose = pl.col("line").str.extract_groups(log_format.loose_pattern)
    split = lines.with_columns(loose.alias("fields")).unnest("fields")
    return _with_request(split.filter(pl.col("status").is_not_null()))


def _with_request(lines: pl.DataFrame) -> pl.DataFrame:
    """Take the request apart, however it was sent, and say whether it is one."""
    if "request" not in lines.columns:
        # of nothing: a client that connected and left
        sent = pl.when(pl.col("method", "path") != "-").then(pl.col("method", "path"))
        return lines.with_columns(sent, is_request=pl.lit(value=True))
    request = pl.col("request").str.extract_groups(ANY_REQUEST)
    return (
        lines.with_columns(request.alias("request_fields"))
        .unnest("request_fields")
        .with_columns(
            path=pl.coalesce("path", "old_path"),
            query=pl.coalesce("query", "old_query"),
            is_request=pl.col("method").is_not_null() | (pl.col("request") == "-"),
        )
        .drop("request", "old_path", "old_query")
    )


def _percent_decoded(lines: pl.DataFrame) -> pl.DataFrame:
    """Texts as they were before the log encoded them."""
    return lines.with_columns(
        replaced(column, "%", percent_decoded)
        for column in lines.get_columns()
        if column.dtype == pl.String
    )


def _refuse(refused: dict[int, Reason], lines: pl.DataFrame, reason: Reason) -> None:
    refused.update(dict.fromkeys(lines["index"].to_list(), reason))


def _span(times: pl.Series) -> tuple[datetime, datetime] | None:
    first, last = times.min(), times.max()
    if isinstance(first, datetime) and isinstance(last, datetime):
        return first, last
    return None


def _with_times(lines: pl.DataFrame) -> pl.DataFrame:
    """`requested_at` out of what the format has; null if there is no such time."""
    if "time_local" in lines.columns:
        time = _parsed(pl.col("time_local"), "%d/%b/%Y:%H:%M:%S %z")
    elif "time_iso8601" in lines.columns:
        told = pl.col("time_iso8601").str.replace("Z$", "+00:00")
        time = _parsed(told, "%Y-%m-%dT%H:%M:%S%.f%z")
    elif "date" in lines.columns:
        told = pl.concat_str("date", "time", separator=" ")
        time = _parsed(told + " +0000", "%Y-%m-%d %H:%M:%S %z")
    else:
        seconds = pl.col("msec").cast(pl.Float64, strict=False)
        # beyond is a broken clock, and no number of microseconds
        seconds = pl.when(seconds.is_between(0, 1e11)).then(seconds)
        micros = (seconds * 1e6).round().cast(pl.Int64)
        time = micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    known = pl.when(time.is_between(*ANY_TIME, closed="left")).then(time)
    return lines.with_columns(requested_at=known).drop(
        "date", "time", *TIMES, strict=False
    )


def _parsed(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC")


def _without_a_cut_line(
    block: LineBlock,
    lines: pl.DataFrame,
    refused: dict[int, Reason],
    log_format: AnyFormat,
) -> pl.DataFrame:
    """Refuse the last line unless it is surely whole.

    A line without its end is still being written, or the file was cut. It counts as
    whole only if it fits a format that ends in a quote; else it waits for the night
    when the file has its end.
    """
    last = len(block) - 1
    if last not in refused and log_format.ends_closed:
        return lines
    refused[last] = "unfinished_line"
    return lines.filter(pl.col("index") != last)
