"""The command line: what it prints, what it returns, what it keeps to itself."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from danggol import cli, provisioning, stages
from danggol.days import parse_day
from danggol.environment import Environment
from danggol.settings import PROJECT
from danggol.stage_run import explain

SHIPPED = PROJECT / "demo" / "complete_journey" / "company.yml"
# Arguments -> exit code, what was printed, what went to stderr
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WAREHOUSE_URL", "WAREHOUSE_URL_FILE", "ROLE", "DANGGOL_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DANGGOL_HOME", str(tmp_path))
    monkeypatch.setenv("COMPANY", "mine")
    monkeypatch.setenv("COLUMNS", "200")
    home = tmp_path / "mine"
    home.mkdir()
    text = SHIPPED.read_text("utf-8").replace("code: complete_journey", "code: mine")
    (home / "company.yml").write_text(text, "utf-8")
    (home / "server.json").write_text('{"port": 5432}', "utf-8")
    return home


@pytest.fixture
def run(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setattr(provisioning, "start_warehouse", lambda _here: None)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["danggol", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return command


def test_url_prints_the_url_and_nothing_else(run: Run):
    secret = Environment.current().passwords["bi_reader"]

    code, out, err = run("url")

    assert (code, err) == (0, "")
    assert out == f"postgresql://bi_reader:{secret}@127.0.0.1:5432/warehouse\n"


def test_url_takes_the_role_from_make(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROLE", "steward")

    _, out, _ = run("url")

    assert out.startswith("postgresql://steward:")


def test_export_says_where_to_it_can(run: Run):
    code, out, err = run("export", "customer_segments", "--to", "ftp://host/mail")

    assert (code, out) == (1, "")
    assert err.startswith("PlaceError: cannot export to ftp://; wanted a folder, or a")


@pytest.mark.parametrize("role", ["admin", "owner", "nobody"])
def test_url_gives_no_role_that_is_not_a_readers_or_a_stages(run: Run, role: str):
    code, out, err = run("url", "--role", role)

    assert (code, out) == (1, "")
    assert err.startswith(f"ValueError: no role '{role}'; there are loader, ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("night", "tomorrow"), "'tomorrow' is not a date; wanted YYYY-MM-DD or"),
        (("night", "2017-02-29"), "'2017-02-29' is not a date"),
        (("backfill", "2017-12-31", "2017-12-27"), "the end lies before the start"),
        (("--company", "nobody", "url"), "no company 'nobody': write "),
        (("--company", "Nobody!", "url"), "company"),
    ],
)
def test_an_error_is_one_message_before_anything_starts(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    told: str,
):
    started: list[Environment] = []
    monkeypatch.setattr(provisioning, "start_warehouse", started.append)

    code, out, err = run(*arguments)

    assert (code, out, started) == (1, "", [])
    assert told in err
    assert "Traceback" not in err


def test_an_error_of_the_database_quotes_no_row(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> None:
        raise psycopg.errors.InvalidTextRepresentation(
            'invalid input syntax for type numeric: "somebody@example.com"'
        )

    monkeypatch.setattr(stages, "night", broken)

    code, _, err = run("night", "2017-12-27")

    assert code == 1
    assert "somebody" not in err
    assert err.startswith("InvalidTextRepresentation: 22P02")


def test_a_server_that_is_down_is_told_without_the_password(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
):
    (home / "server.json").write_text('{"port": 1}', "utf-8")
    secrets = Environment.current().passwords.values()

    code, _, err = run("night", "2017-12-27")

    assert code == 1
    assert "Traceback" not in err
    assert [secret for secret in secrets if secret in err] == []
    assert err.strip().splitlines()[0].startswith("OperationalError: ")
    assert "127.0.0.1" in err or "refused" in err


def test_ctrl_c_ends_with_a_word_and_its_own_code(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stages, "night", interrupted)

    code, out, _ = run("night", "2017-12-27")

    assert code == 130
    assert "run the same command again" in out


def test_backfill_runs_every_night_anew_and_in_order(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    nights: list[tuple[date, bool]] = []

    def night(day: date, *, anew: bool = False, **_: object) -> list[str]:
        nights.append((day, anew))
        return []

    monkeypatch.setattr(stages, "night", night)

    code, _, _ = run("backfill", "2024-02-28", "2024-03-01")

    assert code == 0
    assert nights == [
        (date(2024, 2, 28), True),
        (date(2024, 2, 29), True),
        (date(2024, 3, 1), True),
    ]


@pytest.mark.parametrize(
    ("zone", "hours"), [("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11)]
)
def test_yesterday_is_the_companys(home: Path, zone: str, hours: int):
    file = home / "company.yml"
    text = file.read_text("utf-8").replace("America/New_York", zone)
    file.write_text(text, "utf-8")

    def yesterday() -> date:
        return (datetime.now(UTC) + timedelta(hours=hours, days=-1)).date()

    earliest = yesterday()
    assert earliest <= parse_day("yesterday") <= yesterday()


def test_explaining_keeps_what_the_server_says_of_itself():
    assert explain(ValueError("no such day")) == "ValueError: no such day"


def test_help_names_every_command(run: Run):
    _, out, _ = run("--help")

    wanted = ["demo", "up", "down", "status", "night", "backfill", "report", "docs"]
    wanted += ["url", "clean", "migrate", "init"]
    assert [name for name in wanted if f" {name} " not in out] == []


def test_init_drafts_a_company_and_says_what_is_left_to_do(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
):
    (home / "company.yml").unlink()
    monkeypatch.setenv("SHOP_URL", "sqlite://")
    init = ("init", "SHOP_URL", "--time-zone", "Asia/Seoul", "--currency", "KRW")

    code, out, _ = run(*init)
    again, _, err = run(*init)

    drafted = (home / "company.yml").read_text("utf-8")
    assert code == 0
    assert "time_zone: Asia/Seoul" in drafted
    assert f"{drafted.count('TODO')} places say TODO" in out
    assert again == 1
    assert "is there already" in err


def test_init_takes_no_url_that_everybody_could_read(run: Run):
    code, _, err = run(
        *("init", "mysql://crm:a-secret@shop/db"),
        *("--time-zone", "Asia/Seoul", "--currency", "KRW"),
    )

    assert code == 1
    assert "danggol init SHOP_URL" in err
    assert "a-secret" not in err


def test_threads_of_a_command_that_wait_leave_the_core_to_others(run, monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY")
    run("--help")
    assert os.environ["OMP_WAIT_POLICY"] == "passive"
