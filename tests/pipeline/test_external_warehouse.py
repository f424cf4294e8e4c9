"""A night on a PostgreSQL that is not ours, reached by a URL."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from danggol.environment import Environment
from danggol.provisioning import UnfitServer, start_warehouse
from tests.pipeline import privileges
from tests.pipeline.conftest import Saved
from tests.pipeline.external import CREATOR, company_on, let_us_create
from tests.pipeline.made_company import HISTORY, MadeCompany, differences
from warehouse import Warehouse
from warehouse.founding import DifferentCompany
from warehouse.roles import RolesTaken
from warehouse.server import Server

pytestmark = pytest.mark.postgres
ADMIN = "of the server's own admin"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Another server, where we may create databases and roles and nothing else."""
    elsewhere = Server(tmp_path_factory.mktemp("elsewhere"))
    try:
        port = elsewhere.start(ADMIN)
        admin = Warehouse("127.0.0.1", port, "postgres", {"admin": ADMIN})
        let_us_create(admin)
        yield admin
    finally:
        elsewhere.remove()


@pytest.fixture
def elsewhere(tmp_path: Path, server: Warehouse) -> Iterator[MadeCompany]:
    """The made company, with its warehouse on that server."""
    with company_on(server, tmp_path / "haneul") as company:
        yield company


def test_a_night_on_an_external_server_gives_the_same_marts(
    elsewhere: MadeCompany, after_history: Saved
):
    start_warehouse(Environment.current())

    elsewhere.night(HISTORY, history=True)

    in_ours = after_history.look().marts()
    assert differences(elsewhere.marts(), in_ours) == {}
    assert privileges.faults(elsewhere) == []
    assert not (elsewhere.home / "postgres").exists()


def test_starting_again_changes_nothing_and_another_time_zone_is_refused(
    elsewhere: MadeCompany,
):
    start_warehouse(Environment.current())
    start_warehouse(Environment.current())

    elsewhere.change_settings(time_zone="America/New_York")
    with pytest.raises(DifferentCompany, match=r"Asia/Seoul.*New_York"):
        start_warehouse(Environment.current())


def test_a_second_company_does_not_take_the_roles_of_the_first(
    elsewhere: MadeCompany, monkeypatch: pytest.MonkeyPatch
):
    start_warehouse(Environment.current())
    second = replace(elsewhere.warehouse, database="second")
    monkeypatch.setenv("WAREHOUSE_URL", second.url("admin", driver="postgresql"))
    (elsewhere.home / "secrets.json").unlink()  # its secrets are others

    with pytest.raises(RolesTaken, match="a server of its own"):
        start_warehouse(Environment.current())

    with elsewhere.warehouse.connect("bi_reader") as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_the_url_may_lie_in_a_file(
    elsewhere: MadeCompany, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "url"
    file.write_text(elsewhere.warehouse.url("admin", driver="postgresql") + "\n")
    monkeypatch.delenv("WAREHOUSE_URL")
    monkeypatch.setenv("WAREHOUSE_URL_FILE", str(file))

    here = Environment.current()

    assert (here.warehouse.admin, here.warehouse.database) == ("crm", "danggol")
    assert here.warehouse.password("admin") == CREATOR
    assert [here.database(purpose) for purpose in ("warehouse", "shop", "airflow")] == [
        "danggol",
        "danggol_shop",
        "danggol_airflow",
    ]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"admin": "Geheimnis"}, id="wrong password"),
        pytest.param({"port": 1}, id="nothing listens"),
    ],
)
def test_a_server_that_lets_nobody_in_is_named_without_the_password(
    elsewhere: MadeCompany, monkeypatch: pytest.MonkeyPatch, change: dict
):
    wrong = replace(
        elsewhere.warehouse,
        passwords={"admin": change.get("admin", CREATOR)},
        port=change.get("port", elsewhere.warehouse.port),
    )
    monkeypatch.setenv("WAREHOUSE_URL", wrong.url("admin", driver="postgresql"))

    with pytest.raises(UnfitServer, match=f"127.0.0.1:{wrong.port} as crm") as told:
        start_warehouse(Environment.current())

    secret = urlsplit(wrong.url("admin")).password or ""
    for text in (secret, wrong.password("admin")):
        assert text not in str(told.value)
