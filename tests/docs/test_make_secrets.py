"""docs/deploy/make-secrets.sh makes what docker-compose.yml names, once."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet

PROJECT = Path(__file__).parents[2]
SHOP_URL = "postgresql://reader:a b@shop.example.com:5432/shop"


def make_secrets(folder: Path, shop_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROJECT / "docs" / "deploy" / "make-secrets.sh"],
        cwd=folder,
        input=f"{shop_url}\n",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    assert make_secrets(tmp_path, SHOP_URL).returncode == 0
    return tmp_path / "secrets"


def contents(secrets: Path) -> dict[str, str]:
    return {
        path.name: path.read_text("utf-8")
        for path in secrets.iterdir()
        if path.name != ".gitignore"
    }


def test_every_secret_that_compose_names_is_made(secrets):
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))

    assert contents(secrets).keys() == compose["secrets"].keys()


def test_folder_is_closed_and_files_in_it_can_be_mounted(secrets):
    assert secrets.stat().st_mode & 0o777 == 0o700
    modes = {(secrets / name).stat().st_mode & 0o777 for name in contents(secrets)}
    assert modes == {0o444}


def test_git_takes_none_of_it(secrets):
    assert (secrets / ".gitignore").read_text("utf-8") == "*\n"


def test_secrets_end_without_a_line_end(secrets):
    # Airflow takes what its command prints as it is: a database "airflow\n" is unknown.
    assert not [name for name, text in contents(secrets).items() if "\n" in text]


def test_a_second_run_changes_nothing(secrets):
    before = contents(secrets)

    result = make_secrets(secrets.parent, "another")

    assert contents(secrets) == before
    assert result.stdout.count("kept") == len(before)


def test_two_installations_share_no_secret_but_the_shop(secrets, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    make_secrets(elsewhere, SHOP_URL)
    ours, theirs = contents(secrets), contents(elsewhere / "secrets")

    assert {name for name in ours if ours[name] == theirs[name]} == {"shop_url"}


def test_secrets_are_long_and_of_the_form_that_airflow_wants(secrets):
    made = contents(secrets)

    assert len(made["airflow_jwt_secret"]) == 64
    assert list(json.loads(made["airflow_login"])) == ["operator"]
    Fernet(made["airflow_fernet_key"])  # refuses what is not a key
    assert made["shop_url"] == SHOP_URL


def test_an_empty_shop_url_is_refused(tmp_path):
    result = make_secrets(tmp_path, "")

    assert result.returncode != 0
    assert not (tmp_path / "secrets" / "shop_url").exists()


def test_no_secret_is_printed(tmp_path):
    result = make_secrets(tmp_path, SHOP_URL)

    printed = result.stdout + result.stderr
    assert not [
        text for text in contents(tmp_path / "secrets").values() if text in printed
    ]
