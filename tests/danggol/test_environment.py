"""A company's home: its secrets, and where they lead."""

import json
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from danggol.environment import Environment, NotStarted
from danggol.settings import PROJECT
from warehouse import ROLES

SHIPPED = PROJECT / "demo" / "complete_journey" / "company.yml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Home of a company of one's own, with nothing in it but its YAML."""
    for name in ("WAREHOUSE_URL", "WAREHOUSE_URL_FILE", "SHOP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DANGGOL_HOME", str(tmp_path))
    monkeypatch.setenv("COMPANY", "mine")
    home = tmp_path / "mine"
    home.mkdir()
    text = SHIPPED.read_text("utf-8").replace("code: complete_journey", "code: mine")
    (home / "company.yml").write_text(text, "utf-8")
    return home


def test_secrets_are_made_once_and_only_the_owner_reads_them(home: Path):
    first, keys = Environment.current().passwords, Environment.current().hash_keys

    again = Environment.current()

    assert (again.passwords, again.hash_keys) == (first, keys)
    assert set(ROLES) < set(first)
    assert len({*first.values(), *keys.values()}) == len(first) + len(keys)
    assert min(map(len, first.values())) >= 32
    for name in ("secrets.json", "hash_keys.json"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert sorted(file.name for file in home.iterdir()) == [
        "company.yml", "hash_keys.json", "secrets.json",
    ]  # fmt: skip


def test_two_companies_share_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch):
    mine = Environment.current()
    monkeypatch.setenv("COMPANY", "complete_journey")
    other = Environment.current()

    assert not {*mine.passwords.values()} & {*other.passwords.values()}
    assert not {*mine.hash_keys.values()} & {*other.hash_keys.values()}


def test_a_role_that_came_later_gets_a_password_and_the_others_keep_theirs(home: Path):
    file = home / "secrets.json"
    file.write_text(json.dumps({"loader": "of old"}), "utf-8")

    passwords = Environment.current().passwords

    assert passwords["loader"] == "of old"
    assert json.loads(file.read_text("utf-8")) == passwords
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_shows_a_secret(home: Path):
    (home / "server.json").write_text('{"port": 5432}', "utf-8")
    here = Environment.current()
    secrets = [*here.passwords.values(), *map(bytes.decode, here.hash_keys.values())]

    shown = repr([here, str(here), here.warehouse, here.keyed_hash, here.company])

    assert [secret for secret in secrets if secret in shown] == []


def test_a_company_that_was_never_started_says_how_to_start_it(home: Path):
    with pytest.raises(NotStarted, match=r"'mine' yet; run `make up` COMPANY=mine"):
        _ = Environment.current().warehouse


def test_a_url_leads_to_an_external_server(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://the%20boss:p%40ss@db.example/crm")

    warehouse = Environment.current().warehouse

    assert (warehouse.host, warehouse.port, warehouse.database) == (
        "db.example",
        5432,
        "crm",
    )
    assert warehouse.user("admin") == "the boss"
    assert warehouse.password("admin") == "p@ss"


def test_a_company_of_ones_own_says_where_its_shop_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    (home / "server.json").write_text('{"port": 5432}', "utf-8")
    with pytest.raises(LookupError, match="SHOP_URL is not set"):
        Environment.current().shop_url()

    monkeypatch.setenv("SHOP_URL", "postgresql://reader:Geheimnis@db/shop")
    url = Environment.current().shop_url()

    assert url.get_secret_value() == "postgresql://reader:Geheimnis@db/shop"
    assert "Geheimnis" not in str(url)


def test_a_demo_reads_its_own_shop(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COMPANY", "complete_journey")
    demo = home.with_name("complete_journey")
    demo.mkdir()
    (demo / "server.json").write_text('{"port": 5433}', "utf-8")
    here = Environment.current()

    parts = urlsplit(here.shop_url().get_secret_value())

    assert (parts.username, parts.port, parts.path) == ("shop_reader", 5433, "/shop")
    assert unquote(parts.password or "") == here.passwords["shop_reader"]


def test_a_url_that_cannot_be_read_is_not_quoted(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://crm:Geh/eimnis@db:5432/crm")

    with pytest.raises(ValueError, match="WAREHOUSE_URL cannot be read") as told:
        _ = Environment.current().warehouse

    assert "Geh" not in str(told.value)
