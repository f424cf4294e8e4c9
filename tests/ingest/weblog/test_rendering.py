"""Before anything is cleaned away, a parsed line can be written as the server did."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from string import Template

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.weblog.files import LogReader
from ingest.weblog.formats import FORMATS
from ingest.weblog.parsing import parse_block

WINDOW = (datetime(2017, 12, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC))
SEOUL = timezone(timedelta(hours=9))
NAMES = [name for name in FORMATS if not name.startswith("aws")]
# What stands in a line and says nothing to us.
PASSED_OVER = {"remote_user": "-", "ident": "-", "host": "shop", "server_port": "443"}


def as_nginx(text: str) -> str:
    """Escape as nginx does by default: quotes, backslashes and control characters."""
    return "".join(
        f"\\x{ord(sign):02X}"
        if sign in '"\\' or ord(sign) < 32 or sign == "\x7f"
        else sign
        for sign in text
    )


def as_apache(text: str) -> str:
    r"""Escape as Apache does: a backslash before quotes and backslashes, \xhh, \n."""
    names = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return "".join(
        names.get(sign, f"\\x{ord(sign):02x}" if ord(sign) < 32 else sign)
        for sign in text
    )


# what is escaped, what means something, what takes several bytes
signs = st.sampled_from(
    '"\\ \t\n?%&=#ab\x01\x7f\u00e9\ud55c\U0001f600'
) | st.characters(codec="utf-8")
written = st.text(signs, max_size=20)
words = written.map(lambda text: text.replace(" ", "+").replace("?", "!"))
requests = st.one_of(
    st.just("-"),  # a client that sent nothing
    st.builds(
        lambda method, path, query: f"{method} /{path}{query} HTTP/1.1",
        st.sampled_from(["GET", "POST", "M-SEARCH", "PROPFIND"]),
        words,
        st.one_of(st.just(""), words.map("?".__add__)),
    ),
)


@st.composite
def fields(draw: st.DrawFn) -> dict[str, str]:
    """Values of every variable, as a server writes them."""
    escaped = draw(st.sampled_from([as_nginx, as_apache]))
    text = written.map(escaped)
    moment = draw(st.datetimes(datetime(2017, 12, 2), datetime(2017, 12, 30)))
    return PASSED_OVER | {
        "remote_addr": draw(st.ip_addresses().map(str)),
        "time_local": f"{moment.replace(tzinfo=SEOUL):%d/%b/%Y:%H:%M:%S %z}",
        "request": escaped(draw(requests)),
        "status": f"{draw(st.integers(0, 999)):03}",
        "body_bytes_sent": draw(
            st.one_of(st.just("-"), st.integers(0, 10**12).map(str))
        ),
        **{
            name: draw(text)
            for name in (
                "http_referer",
                "http_user_agent",
                "http_x_forwarded_for",
                "http_cookie",
                "visitor_cookie",
                "login",
            )
        },
    }


@pytest.mark.parametrize("name", NAMES)
@given(values=st.lists(fields(), min_size=1, max_size=5))
@settings(deadline=None, max_examples=60)
def test_what_parses_renders_back_to_the_same_line(
    name: str, values: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
):
    line = Template(FORMATS[name].directive)
    lines = [line.substitute(each) for each in values]
    file = tmp_path_factory.mktemp("logs") / "access.log"

    assert rendered(file, name, lines) == lines


def rendered(file: Path, name: str, lines: list[str]) -> list[str]:
    """The lines, parsed and written again out of what was parsed."""
    file.write_bytes("".join(f"{each}\n" for each in lines).encode())
    line = Template(FORMATS[name].directive)
    found = []
    for block in LogReader(file):
        parsed = parse_block(block, FORMATS[name], WINDOW)
        assert not parsed.refused
        for row in parsed.requests.iter_rows(named=True):
            query = "" if row["query"] is None else f"?{row['query']}"
            moment = row["requested_at"].astimezone(SEOUL)
            told = {
                "time_local": f"{moment:%d/%b/%Y:%H:%M:%S %z}",
                "request": f"{row['method']} {row['path']}{query} HTTP/1.1"
                if row["method"]
                else "-",
            }
            found.append(line.substitute(PASSED_OVER | row | told))
    return found
