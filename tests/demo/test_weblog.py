"""The synthetic access logs: their form, their days, who is in them."""

import gzip
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from demo.complete_journey.data_set import read_december_purchases
from demo.complete_journey.weblog import write_weblogs

LINE = re.compile(
    r"(?P<address>[0-9a-f.:]+) - - "
    r"\[(\d\d)/Dec/2017:(\d\d):(\d\d):(\d\d) -0500\] "
    r'"(?P<request>(?:(?:GET|POST) /[!-~]* HTTP/1\.1)|(?:\\x[0-9A-F]{2})+)" '
    r'(?P<status>\d{3}) (?P<bytes>\d+) "(?P<referrer>[!-~]+)" "(?P<agent>[ -~]+)" '
    r'"(?P<cookie>-|[0-9a-f]{32})" "(?P<login>-|\d+)"'
)
ROBOT = re.compile(
    r"bot|Yeti|facebookexternalhit|python-requests|HealthChecker|zgrab|sqlmap|^-$"
)
EASTERN = timezone(timedelta(hours=-5))
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Request:
    """One parsed line, and the day in the name of its file."""

    file_day: date
    at: datetime
    path: str
    agent: str
    cookie: str
    login: str

    @property
    def is_robot(self) -> bool:
        """Whether the agent says so, or is the one that scanners pretend to be."""
        return bool(ROBOT.search(self.agent)) or "Firefox/40.1" in self.agent


@pytest.fixture(scope="module")
def purchases() -> pl.DataFrame:
    return read_december_purchases()


@pytest.fixture(scope="module")
def folder(purchases: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs") / "weblogs"
    write_weblogs(folder, purchases)
    return folder


@pytest.fixture(scope="module")
def requests(folder: Path) -> list[Request]:
    found = []
    for path in sorted(folder.glob("access.log*")):
        file_day = datetime.strptime(path.name, "access.log-%Y%m%d.gz").date()
        for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines():
            match = LINE.fullmatch(line)
            assert match is not None, line
            day, hour, minute, second = map(int, match.group(2, 3, 4, 5))
            at = datetime(2017, 12, day, hour, minute, second, tzinfo=EASTERN)
            words = match["request"].split(" ")
            path_asked = words[1] if len(words) == 3 else match["request"]
            found.append(
                Request(
                    file_day,
                    at,
                    path_asked,
                    match["agent"],
                    match["cookie"],
                    match["login"],
                )
            )
    return found


def by_cookie(requests: list[Request]) -> dict[str, list[Request]]:
    visitors = defaultdict(list)
    for request in requests:
        if request.cookie != "-":
            visitors[request.cookie].append(request)
    return {
        cookie: sorted(own, key=lambda request: request.at)
        for cookie, own in visitors.items()
    }


def test_there_is_one_file_a_day_of_the_last_thirty(folder: Path) -> None:
    days = [date(2017, 12, 2) + timedelta(days=each) for each in range(30)]

    assert sorted(path.name for path in folder.glob("access.log*")) == [
        f"access.log-{day:%Y%m%d}.gz" for day in days
    ]
    assert days[-1] == date(2017, 12, 31)


def test_each_day_has_eight_to_twelve_thousand_lines(requests: list[Request]) -> None:
    days: dict[date, int] = defaultdict(int)
    for request in requests:
        days[request.at.date()] += 1

    assert len(days) == 30
    assert min(days.values()) > 8_000
    assert max(days.values()) < 12_000


def test_a_line_stands_in_its_days_file_or_just_after_midnight_in_the_next(
    requests: list[Request],
) -> None:
    late = [each for each in requests if each.file_day != each.at.date()]

    assert late
    assert len(late) < 30 * 30
    for each in late:
        assert each.file_day == each.at.date() + timedelta(days=1)
        assert each.at.strftime("%H:%M") == "23:59"


def test_a_third_of_the_lines_are_robots(requests: list[Request]) -> None:
    share = sum(each.is_robot for each in requests) / len(requests)

    assert 0.30 < share < 0.37


def test_robots_have_neither_cookie_nor_login(requests: list[Request]) -> None:
    robots = [each for each in requests if each.is_robot]

    assert {(each.cookie, each.login) for each in robots} == {("-", "-")}


def test_some_scanners_pretend_to_be_a_browser(requests: list[Request]) -> None:
    agents = {each.agent for each in requests if each.path == "/wp-login.php"}

    assert any(agent.startswith("Mozilla/5.0 (Windows") for agent in agents)


def test_some_log_in_with_their_number_and_some_never(
    requests: list[Request], purchases: pl.DataFrame
) -> None:
    members = set(purchases["member_no"])
    seen = {each.login for each in requests} - {"-"}

    assert seen <= members
    assert 0.2 < len(seen) / len(members) < 0.7


def test_nobody_logs_in_before_the_first_receipt(
    requests: list[Request], purchases: pl.DataFrame
) -> None:
    registered = dict(purchases.select("member_no", "registered_at").iter_rows())

    assert all(
        each.at > registered[each.login] for each in requests if each.login != "-"
    )


def test_one_visit_is_anonymous_first_and_known_after_the_login(
    requests: list[Request],
) -> None:
    changes = 0
    for own in by_cookie(requests).values():
        pages = [each for each in own if not each.path.startswith(("/img", "/static"))]
        for before, form, after in zip(pages, pages[1:], pages[2:], strict=False):
            changes += (
                before.login == "-" and form.path == "/login" and after.login != "-"
            )

    assert changes > 100


def test_a_few_cookies_are_shared_and_some_households_have_several(
    requests: list[Request],
) -> None:
    members_of = defaultdict(set)
    cookies_of = defaultdict(set)
    for each in requests:
        if each.login != "-" and each.cookie != "-":
            members_of[each.cookie].add(each.login)
            cookies_of[each.login].add(each.cookie)

    assert 2 <= sum(len(members) > 1 for members in members_of.values()) <= 30
    assert sum(len(cookies) > 1 for cookies in cookies_of.values()) > 50


def test_visits_pause_for_more_than_half_an_hour_and_cross_midnight(
    requests: list[Request],
) -> None:
    pauses = crossings = 0
    for own in by_cookie(requests).values():
        for one, next_one in pairwise(own):
            gap = next_one.at - one.at
            pauses += HALF_AN_HOUR < gap < timedelta(hours=3)
            crossings += gap <= HALF_AN_HOUR and one.at.date() != next_one.at.date()

    assert pauses > 1_000
    assert crossings > 10


def test_households_look_at_what_they_are_about_to_buy(
    requests: list[Request], purchases: pl.DataFrame
) -> None:
    bought = defaultdict(list)
    for member, article, at in purchases.select(
        "member_no", "article_no", "sold_at"
    ).iter_rows():
        bought[member, str(article)].append(at)
    views = [
        each
        for each in requests
        if each.login != "-" and re.fullmatch(r"/p/\d+", each.path)
    ]

    followed = [
        any(
            timedelta(0) < at - each.at < timedelta(days=4)
            for at in bought[each.login, each.path.removeprefix("/p/")]
        )
        for each in views
    ]

    # By chance it would be some per mille: a household buys 60 of 20,000 articles.
    assert len(views) > 5_000
    assert 0.25 < sum(followed) / len(followed) < 0.75


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    folder: Path, purchases: pl.DataFrame, tmp_path: Path
) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    write_weblogs(again, purchases)
    write_weblogs(other, purchases, seed=1)

    for path in folder.glob("access.log*"):
        assert (again / path.name).read_bytes() == path.read_bytes()
        assert (other / path.name).read_bytes() != path.read_bytes()


def test_complete_logs_are_left_alone_and_a_missing_file_is_written_again(
    folder: Path, purchases: pl.DataFrame, requests: list[Request]
) -> None:
    path = folder / "access.log-20171215.gz"
    content, inode = path.read_bytes(), path.stat().st_ino

    assert write_weblogs(folder, purchases) == len(requests)
    assert path.stat().st_ino == inode

    path.unlink()
    assert write_weblogs(folder, purchases) == len(requests)
    assert path.read_bytes() == content


def test_nothing_half_written_is_called_a_log(
    purchases: pl.DataFrame, tmp_path: Path
) -> None:
    def interrupt(step: str, share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_weblogs(tmp_path, purchases, progress=interrupt)

    assert [path.name for path in tmp_path.iterdir()] == ["access.log-20171202.gz"]
    gzip.decompress((tmp_path / "access.log-20171202.gz").read_bytes())
