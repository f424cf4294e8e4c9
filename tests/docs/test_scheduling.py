"""The systemd units and the cron line start a night, as they are written."""

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

SCHEDULING = Path(__file__).parents[2] / "docs" / "scheduling"
# Stands in for .venv/bin/danggol: tells what it got, and fails when asked to.
DANGGOL = """#!/bin/sh
echo "$@|$COMPANY|$SHOP_URL|$DANGGOL_HOME|$(pwd)"
echo 'why it failed' >&2
exit "${FAIL:-0}"
"""


def unit(name: str) -> configparser.ConfigParser:
    """A unit file; strict, so a setting written twice is an error."""
    parser = configparser.ConfigParser(
        strict=True, interpolation=None, delimiters=("=",), comment_prefixes=("#",)
    )
    # names as they are written; the parser documents it so, its types forbid it
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string((SCHEDULING / name).read_text("utf-8"))
    return parser


def cron_command(of: str = "night") -> str:
    """What cron hands to /bin/sh: all after the five fields of the entry."""
    lines = (SCHEDULING / "crontab.example").read_text("utf-8").splitlines()
    (entry,) = [line for line in lines if f"danggol {of}" in line]
    minute, hour, *every_day, command = entry.split(maxsplit=5)
    assert every_day == ["*", "*", "*"]
    assert 0 <= int(minute) < 60
    assert 0 <= int(hour) < 24
    assert "%" not in command  # cron would end the line there
    return command


def lay_stand_in(clone: Path) -> None:
    launcher = clone / ".venv" / "bin" / "danggol"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(DANGGOL, "utf-8")
    launcher.chmod(0o755)


def run(
    command: str, environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": "/usr/bin:/bin"} | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def cron_home(tmp_path: Path) -> Path:
    lay_stand_in(tmp_path / "danggol")
    shutil.copy(SCHEDULING / "danggol.env.example", tmp_path / ".danggol.env")
    return tmp_path


def test_cron_says_nothing_of_a_good_night(cron_home):
    result = run(cron_command(), {"HOME": str(cron_home)}, cron_home)

    assert (result.returncode, result.stdout) == (0, "")


def test_cron_mails_why_a_night_failed(cron_home):
    environment = {"HOME": str(cron_home), "FAIL": "3"}

    result = run(cron_command(), environment, cron_home)

    assert (result.returncode, result.stderr) == (3, "why it failed\n")


@pytest.mark.parametrize(
    ("of", "words"), [("night", "night yesterday"), ("check-late", "check-late")]
)
def test_cron_line_gives_the_command_its_words_and_its_environment(
    cron_home, parse, of, words
):
    command = cron_command(of).removesuffix(">/dev/null")

    found, company, shop, _, folder = (
        run(command, {"HOME": str(cron_home)}, cron_home).stdout.strip().split("|")
    )

    assert (found, company) == (words, "my_company")
    assert parse(words.split()) == of
    assert shop == "postgresql://danggol:its-password@shop.example.com:5432/shop"
    assert folder == str(cron_home / "danggol")


def test_service_runs_the_night_in_the_clone_with_its_home(tmp_path):
    lay_stand_in(tmp_path)
    service = unit("danggol-night.service")["Service"]
    key, home = service["Environment"].split("=")
    command = service["ExecStart"].replace("/opt/danggol", str(tmp_path))
    folder = service["WorkingDirectory"].replace("/opt/danggol", str(tmp_path))

    result = run(command, {key: home}, Path(folder))

    assert result.stdout == f"night yesterday|||/var/lib/danggol|{tmp_path}\n"


def test_service_is_an_ordinary_user_that_writes_to_its_home_only():
    service = unit("danggol-night.service")["Service"]

    assert service["User"] == "danggol"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert (
        f"DANGGOL_HOME=/var/lib/{service['StateDirectory']}" in service["Environment"]
    )
    assert "ReadWritePaths" not in service


def test_timer_starts_the_service_and_makes_up_for_a_machine_that_was_off():
    timer = unit("danggol-night.timer")

    assert timer["Timer"]["Unit"] == "danggol-night.service"
    assert timer["Timer"]["Persistent"] == "yes"
    assert timer["Timer"]["OnCalendar"].startswith("*-*-* ")
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_both_drivers_start_the_same_night_and_the_command_line_knows_it(parse):
    words = shlex.split(unit("danggol-night.service")["Service"]["ExecStart"])[1:]

    assert f"danggol {shlex.join(words)} " in cron_command()
    assert parse(words) == "night"


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd on this machine"
)
def test_systemd_itself_finds_no_fault(tmp_path):
    for path in SCHEDULING.glob("danggol-night.*"):
        text = path.read_text("utf-8")
        launcher = "/opt/danggol/.venv/bin/danggol"  # verify wants it to be there
        (tmp_path / path.name).write_text(text.replace(launcher, "/bin/true"), "utf-8")

    result = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.glob("danggol-night.*"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")
