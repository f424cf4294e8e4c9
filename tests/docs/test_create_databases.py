"""docs/deploy/create-databases.sh takes the passwords from the URLs and shows none."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "deploy" / "create-databases.sh"
# Stands in for psql: keeps its words and runs its two back-quoted commands.
PSQL = """#!/bin/sh
echo "$@" > "$SECRETS/words"
grep -o '`.*`' | tr -d '`' | sed 's/$/; echo/' | sh > "$SECRETS/passwords"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "psql").write_text(PSQL, "utf-8")
    (tmp_path / "psql").chmod(0o755)
    urls = {
        "warehouse_url": "postgresql://admin:w4re@postgres:5432/warehouse",
        "airflow_database_url": "postgresql+psycopg://airflow:fl0w@postgres:5432/airflow",
    }
    for name, url in urls.items():
        (tmp_path / name).write_text(url, "utf-8")
    return tmp_path


def create_databases(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT],
        env={"PATH": f"{folder}:{os.environ['PATH']}", "SECRETS": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_login_gets_the_password_of_its_url(folder):
    assert create_databases(folder).returncode == 0
    passwords = (folder / "passwords").read_text("utf-8").split()
    assert passwords == ["w4re", "fl0w"]


def test_no_password_is_among_the_words_of_a_process(folder):
    create_databases(folder)

    words = (folder / "words").read_text("utf-8")
    assert "--dbname postgres" in words
    assert "w4re" not in words
    assert "fl0w" not in words


def test_a_url_without_a_password_is_refused_before_anything_is_made(folder):
    (folder / "airflow_database_url").write_text(
        "postgresql://postgres/airflow", "utf-8"
    )

    result = create_databases(folder)

    assert result.returncode == 1
    assert "airflow_database_url: wanted scheme://user:password@" in result.stderr
    assert not (folder / "words").exists()
