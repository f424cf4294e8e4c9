"""What the environment decides, and what it refuses."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from danggol.settings import PROJECT, Settings

NAMES = ("COMPANY", "DANGGOL_HOME", "WAREHOUSE_URL", "WAREHOUSE_URL_FILE")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_without_anything_set_it_is_the_demo_company_in_the_project():
    settings = Settings()

    assert settings.home == PROJECT / ".danggol" / "complete_journey"
    assert settings.external_url() is None


def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch):
    for name in NAMES:
        monkeypatch.setenv(name, "")

    assert Settings() == Settings(company="complete_journey")


def test_each_company_has_a_home_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("DANGGOL_HOME", str(tmp_path))
    monkeypatch.setenv("COMPANY", "haneul")

    assert Settings().home == tmp_path / "haneul"


def test_a_relative_home_becomes_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DANGGOL_HOME", "homes")

    assert Settings().home == tmp_path / "homes" / "complete_journey"


@pytest.mark.parametrize("code", ["../elsewhere", "Haneul", "7eleven", "a" * 32, "a b"])
def test_a_company_code_is_no_path_and_no_sentence(
    monkeypatch: pytest.MonkeyPatch, code: str
):
    monkeypatch.setenv("COMPANY", code)

    with pytest.raises(ValidationError, match="company"):
        Settings()


def test_the_url_of_a_warehouse_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://crm:Geheimnis@db/danggol")
    settings = Settings()
    url = settings.external_url()

    assert url is not None
    assert url.get_secret_value().endswith("@db/danggol")
    assert "Geheimnis" not in repr(settings) + str(settings) + repr(url)


def test_a_file_with_the_url_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file = tmp_path / "url"
    file.write_text("postgresql://crm:a@from.file/danggol\n", "utf-8")
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://crm:b@from.variable/danggol")
    monkeypatch.setenv("WAREHOUSE_URL_FILE", str(file))

    url = Settings().external_url()

    assert url is not None
    assert url.get_secret_value() == "postgresql://crm:a@from.file/danggol"
