"""The DAGs load, hang together, and hold no logic of their own."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

from danggol.airflow_api import NIGHT_DAGS

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).parents[2] / "dags"
FILES = sorted(DAGS.glob("*.py"))


@pytest.fixture
def dagbag(read_dags: Callable[..., DagBag]) -> DagBag:
    return read_dags()


def awaited_assets(dagbag: DagBag) -> dict[str, set[str]]:
    """Names of the assets that each DAG waits for, as the scheduler reads them."""
    awaited = {}
    for name, dag in dagbag.dags.items():
        seen = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        assets = seen.timetable.asset_condition.iter_assets()
        awaited[name] = {asset.name for _, asset in assets}
    return awaited


def test_every_dag_loads(dagbag):
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == {
        "load_shop",
        "load_weblog",
        "build_star",
        "mine_customers",
    }


def test_the_client_of_airflow_knows_the_same_dags(dagbag):
    assert set(NIGHT_DAGS) == set(dagbag.dags)


def test_every_asset_waited_for_is_produced(dagbag):
    produced = {
        outlet.name
        for dag in dagbag.dags.values()
        for task in dag.tasks
        for outlet in task.outlets
    }
    awaited = set().union(*awaited_assets(dagbag).values())

    assert awaited == {"raw_shop", "raw_weblog", "core_marts"}
    assert awaited <= produced


def test_no_dag_waits_for_two_assets(dagbag):
    # Airflow 3.3.2 loses the night whose two events come together (issue 71070).
    assert awaited_assets(dagbag) == {
        "load_shop": set(),
        "load_weblog": {"raw_shop"},
        "build_star": {"raw_weblog"},
        "mine_customers": {"core_marts"},
    }


def test_one_run_of_a_dag_at_a_time(dagbag):
    assert {dag.max_active_runs for dag in dagbag.dags.values()} == {1}


def test_every_dag_explains_itself(dagbag):
    for dag in dagbag.dags.values():
        assert dag.doc_md
        assert len(dag.doc_md.splitlines()) >= 2


def test_every_task_is_retried_with_growing_waits(dagbag):
    for dag in dagbag.dags.values():
        for task in dag.tasks:
            assert task.retries == 3
            assert task.retry_exponential_backoff == 2


def test_retries_can_be_switched_off(read_dags, monkeypatch):
    monkeypatch.setenv("DANGGOL_RETRIES", "0")

    assert {t.retries for d in read_dags().dags.values() for t in d.tasks} == {0}


def test_mining_publishes_even_if_a_job_failed(dagbag):
    publish = dagbag.dags["mine_customers"].get_task("publish")

    assert publish.trigger_rule == "all_done"
    assert publish.upstream_task_ids == {"mine"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_is_thin(file):
    source = file.read_text("utf-8")

    assert len(source.splitlines()) < 80
    assert not file.name.startswith("dbt_")  # dbt would import it as a plugin
    assert not [w for w in ("select ", "insert ", "delete ") if w in source.lower()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_imports_nothing_heavy_when_it_is_parsed(file):
    allowed = {"airflow", "assets", "schedule"}
    allowed |= {"danggol.company", "danggol.mining_jobs"}
    allowed |= {"os", "datetime", "typing"}
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= allowed
        if isinstance(node, ast.ImportFrom):
            assert {node.module, node.module.split(".")[0]} & allowed
