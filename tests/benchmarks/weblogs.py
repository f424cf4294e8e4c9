"""Lines of a web log to typed columns, against a loop that takes line by line."""

import gzip
import random
import re
import tempfile
from calendar import month_abbr
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

import polars as pl

from demo.complete_journey.visits import AGENTS
from ingest.weblog.files import LogReader
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.parsing import parse_block
from ingest.weblog.reading import read_requests
from ingest.weblog.source import WeblogSource
from ingest.windows import day_window
from tests.benchmarks.measuring import Comparison, Contender, compare

LINES = 200_000
DAY = date(2026, 3, 1)
ZONE = ZoneInfo("Asia/Seoul")
START, END = (edge.astimezone(UTC) for edge in day_window(DAY, ZONE))
SPEC = WeblogSource.model_validate(
    {
        "files": "access.log.gz",
        "format": "nginx_combined_cookie_login",
        "pages": [
            {"code": "product", "path": "^/p/(?P<product_id>[^/]+)$"},
            {"code": "search", "path": "^/search$", "search_param": "q"},
            {"code": "home", "path": "^/$"},
        ],
    }
)
KEYS = WeblogKeys(b"a secret of the benchmarks", ZONE)
TARGETS = (
    "/",
    "/c/{}",
    "/p/{}",
    "/p/{}?from=list",
    "/search?q=coffee+{}",
    "/search?q=%EC%BB%A4%ED%94%BC",
)
# The pattern's groups, those first that are not text.
GROUPS = (
    *("time_local", "status", "body_bytes_sent"),
    *("remote_addr", "method", "path", "query"),
    *("http_referer", "http_user_agent", "visitor_cookie", "login"),
)
MONTHS = {name: f"{number:02}" for number, name in enumerate(month_abbr)}
Fields = tuple[datetime, int, int, *tuple[str | None, ...]]


def run() -> list[Comparison]:
    """Read one file: the whole way, its fields by column, its fields by line."""
    with tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder:
        file = Path(folder, "access.log.gz")
        expected = (LINES, sum(write_log(file, LINES)))
        whole = Contender(
            name="fields, visitors, agents",
            row_count=LINES,
            run=lambda: [
                chunk.requests
                for chunk in read_requests([file], SPEC, KEYS, (START, END))
            ],
            outcome=_totals,
            expected=expected,
        )
        columns = Contender(
            name="fields only, by column",
            row_count=LINES,
            run=lambda: _fields_by_column(file),
            outcome=_totals,
            expected=expected,
        )
        loop = Contender(
            name="fields only, re by line",
            row_count=LINES,
            run=lambda: _fields_by_line(file),
            outcome=lambda told: (len(told), sum(sent for _, _, sent, *_ in told)),
            expected=expected,
        )
        return compare(f"read {LINES:,} log lines", [whole, columns], [loop])


def _fields_by_column(file: Path) -> list[pl.DataFrame]:
    return [
        parse_block(block, SPEC.log_format, (START, END)).requests.with_columns(
            pl.col("status").cast(pl.Int32),
            pl.col("body_bytes_sent").cast(pl.Int64).alias("byte_count"),
        )
        for block in LogReader(file)
    ]


def _totals(frames: Sequence[pl.DataFrame]) -> tuple[int, int]:
    return (
        sum(len(frame) for frame in frames),
        sum(int(frame["byte_count"].sum()) for frame in frames),
    )


def _fields_by_line(file: Path) -> list[Fields]:
    # The same pattern: it is made to be matched in one pass.
    match = re.compile(SPEC.log_format.pattern).match
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        found = (match(line) for line in lines)
        return [typed(*each.group(*GROUPS)) for each in found if each is not None]


def typed(time: str, status: str, byte_count: str, *others: str | None) -> Fields:
    """A line's groups as a quick loop would take them."""
    # `strptime` alone takes longer than all the rest
    day = f"{time[7:11]}-{MONTHS[time[3:6]]}-{time[:2]}"
    moment = datetime.fromisoformat(f"{day}T{time[12:20]}{time[21:]}")
    return (moment, int(status), int(byte_count), *others)


def write_log(file: Path, count: int) -> list[int]:
    """Write a busy day of a shop; returns the bytes that each answer had."""
    rng = random.Random(1)
    sizes = [rng.randrange(200, 60_000) for _ in range(count)]
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=6) as log:
        log.writelines(_lines(sizes, rng))
    return sizes


def _lines(sizes: Sequence[int], rng: random.Random) -> Iterator[str]:
    line = Template(SPEC.log_format.directive + "\n")
    step = (END - START) / (len(sizes) + 1)
    for number, size in enumerate(sizes):
        visitor = rng.randrange(8_000)
        target = rng.choice(TARGETS).format(rng.randrange(4_000))
        moment = (START + number * step).astimezone(ZONE)
        yield line.substitute(
            remote_addr=f"198.18.{visitor // 200}.{visitor % 200}",
            remote_user="-",
            time_local=moment.strftime("%d/%b/%Y:%H:%M:%S %z"),
            request=f"GET {target} HTTP/1.1",
            status=rng.choice((200, 200, 200, 304, 404)),
            body_bytes_sent=size,
            http_referer=rng.choice(("-", "https://search.example.com/")),
            http_user_agent=AGENTS[visitor % len(AGENTS)],
            visitor_cookie=f"{visitor:032x}",
            login=visitor if visitor % 3 == 0 else "-",
        )
