"""Airflow with a home of its own, and the DAGs as any company would see them."""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

# Read by Airflow when it is first imported, so they come before that.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-of-tests-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"

import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag

atexit.register(shutil.rmtree, os.environ["AIRFLOW_HOME"], ignore_errors=True)

PROJECT = Path(__file__).parents[2]
DAGS = PROJECT / "dags"
DEMO = PROJECT / "demo" / "complete_journey" / "company.yml"


@pytest.fixture(autouse=True)
def no_company_is_remembered() -> Iterator[None]:
    """`schedule` reads the company when it is imported; here, many times."""
    sys.modules.pop("schedule", None)
    yield
    sys.modules.pop("schedule", None)


@pytest.fixture
def read_dags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., DagBag]:
    """Read the DAGs for the demo company with some of its settings replaced."""

    def read(**replaced: object) -> DagBag:
        company = {**yaml.safe_load(DEMO.read_text("utf-8")), **replaced}
        home = tmp_path / company["code"]
        home.mkdir(exist_ok=True)
        (home / "company.yml").write_text(yaml.safe_dump(company), "utf-8")
        monkeypatch.setenv("DANGGOL_HOME", str(tmp_path))
        monkeypatch.setenv("COMPANY", company["code"])
        sys.modules.pop("schedule", None)
        return DagBag(dag_folder=DAGS)

    return read
