"""Lines as nginx writes them, and a shop that reads them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ingest.weblog.keys import WeblogKeys
from ingest.weblog.reading import ParsedChunk, read_requests
from ingest.weblog.source import WeblogSource

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36"
)
Lines = list[bytes]


def log_line(
    *,
    address: str = "203.0.113.77",
    user: str = "-",
    time: str = "05/Dec/2017:14:03:09 -0500",
    request: str = "GET /p/840361 HTTP/1.1",
    status: str = "200",
    size: str = "5120",
    referrer: str = "-",
    agent: str = CHROME,
    cookie: str = "c00k1e",
    login: str = "-",
) -> bytes:
    """A line of the format `nginx_combined_cookie_login`, without its end."""
    return (
        f'{address} - {user} [{time}] "{request}" {status} {size} '
        f'"{referrer}" "{agent}" "{cookie}" "{login}"'
    ).encode()


@pytest.fixture(name="line", scope="session")
def line_builder() -> Callable[..., bytes]:
    return log_line


@pytest.fixture(scope="session")
def source() -> WeblogSource:
    return WeblogSource.model_validate(
        {
            "files": "weblogs/access.log*",
            "format": "nginx_combined_cookie_login",
            "pages": [
                {"code": "product", "path": "^/p/(?P<product_id>[^/]+)$"},
                {"code": "search", "path": "^/search$", "search_param": "q"},
                {"code": "home", "path": "^/$"},
            ],
        }
    )


@pytest.fixture(scope="session")
def keys() -> WeblogKeys:
    return WeblogKeys(b"a secret of the tests", ZoneInfo("America/New_York"))


@pytest.fixture(scope="session")
def window() -> tuple[datetime, datetime]:
    """December 2017 in UTC."""
    return datetime(2017, 12, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)


@pytest.fixture
def read_with(
    tmp_path: Path, keys: WeblogKeys, window: tuple[datetime, datetime]
) -> Callable[..., ParsedChunk]:
    """Write lines to a file and read them back by any source's rules as one chunk."""

    def read_lines(spec: WeblogSource, *lines: bytes) -> ParsedChunk:
        path = tmp_path / "access.log"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        (chunk,) = read_requests([path], spec, keys, window)
        return chunk

    return read_lines


@pytest.fixture
def read(
    read_with: Callable[..., ParsedChunk], source: WeblogSource
) -> Callable[..., ParsedChunk]:
    """As `read_with`, by the rules of `source`."""
    return partial(read_with, source)


@pytest.fixture
def request_of(
    read: Callable[..., ParsedChunk], line: Callable[..., bytes]
) -> Callable[..., dict[str, object]]:
    """The one row of a line with these fields."""

    def row(**fields: str) -> dict[str, object]:
        chunk = read(line(**fields))
        assert chunk.refused.is_empty()
        return chunk.requests.row(0, named=True)

    return row


@pytest.fixture(scope="session")
def frame() -> Callable[..., pl.DataFrame]:
    """Requests of one visitor a row, as `hash_visitors` takes them."""

    def rows(*each: dict[str, object]) -> pl.DataFrame:
        usual = {"address": "203.0.113.77", "agent": CHROME, "cookie": None}
        return pl.DataFrame(
            [usual | row for row in each],
            schema={
                "address": pl.String,
                "agent": pl.String,
                "cookie": pl.String,
                "requested_at": pl.Datetime("us", "UTC"),
            },
        )

    return rows
