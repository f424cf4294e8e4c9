"""A look at the logs tells what fits, who asks, and what will never be answered."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.weblog import checking
from ingest.weblog.checking import LogLook
from ingest.weblog.source import WeblogSource

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36"
BROWSERS = [
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {engine}"
    for engine in (
        CHROME,
        f"{CHROME} Edg/119.0",
        f"{CHROME} OPR/105.0",
        "Gecko/20100101 Firefox/120.0",
        "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    )
]


@pytest.fixture
def look(tmp_path: Path, source: WeblogSource, keys) -> Callable[..., LogLook]:
    def found(*lines: bytes, **settings: object) -> LogLook:
        folder = tmp_path / "weblogs"
        folder.mkdir(exist_ok=True)
        (folder / "access.log").write_bytes(b"".join(line + b"\n" for line in lines))
        return checking.look(source.model_copy(update=settings), tmp_path, keys)

    return found


def test_shares_are_those_of_the_lines(look, line):
    lines = [line(login=f"{n}" if n < 3 else "-") for n in range(10)]
    lines += [line(request=f"GET /sale/{n % 2} HTTP/1.1", cookie="-") for n in range(6)]

    found = look(*lines, b"what?", b"\x16\x03\x01", line())

    assert (found.line_count, found.refused_count) == (19, 2)
    assert found.matched_share == pytest.approx(17 / 19)
    assert found.cookie_share == pytest.approx(11 / 17)
    assert found.login_share == pytest.approx(3 / 17)
    assert found.unmatched_paths == [("/sale/0", 3), ("/sale/1", 3)]
    assert found.agents == [("Chrome", 1.0)]
    assert [place for place, _ in found.refused] == ["access.log:17", "access.log:18"]


def test_one_network_with_many_browsers_is_a_load_balancer(look, line):
    before = [
        line(address=f"10.0.0.{n}", agent=BROWSERS[n % 5], cookie=str(n))
        for n in range(30)
    ]
    visitors = [
        line(address=f"203.0.{n}.7", agent=BROWSERS[n % 5], cookie=str(n))
        for n in range(30)
    ]

    assert look(*before).is_behind_balancer
    assert look(*before).largest_network_share == 1.0
    assert not look(*visitors).is_behind_balancer
    assert not look(*[line(address="198.51.100.9")] * 30).is_behind_balancer


def test_what_a_log_cannot_answer_is_told(look, line):
    poor = look(*[line(cookie="-")] * 5, pages=())
    rich = look(*[line(login="7")] * 5)

    assert [each.partition(":")[0] for each in poor.unanswerable] == [
        "who comes back on another day",
        "what customers look at",
        "which products are looked at",
        "what is searched for",
        "who ordered, where logins are not logged",
        "where purchases break off",
    ]
    assert [each.partition(":")[0] for each in rich.unanswerable] == [
        "where purchases break off"
    ]


def test_no_file_of_the_name_is_told(tmp_path: Path, source: WeblogSource, keys):
    with pytest.raises(FileNotFoundError, match=r"no log file is named weblogs/"):
        checking.look(source, tmp_path, keys)


def test_searches_in_an_unknown_encoding_are_counted(look, line):
    terms = ["%BF%EC%C0%AF", "caf%E9", "tea", "%FF", "x"]  # CP949, Latin-1, ...
    lines = [line(request=f"GET /search?q={term} HTTP/1.1") for term in terms]

    assert look(*lines).undecoded_share == pytest.approx(2 / 5)
