"""The unit tests that lie beside the models, on a real PostgreSQL.

A night leaves them out: they say whether the SQL is right, not whether the data is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from danggol.transformation import DBT_PROJECT
from warehouse import Warehouse

pytestmark = pytest.mark.postgres


def run_dbt(warehouse: Warehouse, target: Path, arguments: Sequence[str]) -> list[Any]:
    """Run dbt in this process; returns its results, failed ones included."""
    from dbt.cli.main import dbtRunner

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_HOST", warehouse.host)
        patch.setenv("WAREHOUSE_PORT", str(warehouse.port))
        patch.setenv("WAREHOUSE_DATABASE", warehouse.database)
        patch.setenv(
            "DBT_ENV_SECRET_WAREHOUSE_PASSWORD", warehouse.password("transformer")
        )
        outcome = dbtRunner().invoke(
            [
                *arguments,
                "--project-dir",
                str(DBT_PROJECT),
                "--profiles-dir",
                str(DBT_PROJECT),
                "--target-path",
                str(target),
                "--log-path",
                str(target / "logs"),
                "--log-level",
                "none",
            ]
        )
    if outcome.exception is not None:
        raise outcome.exception
    return list(outcome.result.results)


def test_every_unit_test_of_the_models_passes(warehouse: Warehouse, tmp_path: Path):
    # the tests read the types of their inputs off the tables, here empty ones
    built = run_dbt(warehouse, tmp_path, ["run"])
    tested = run_dbt(warehouse, tmp_path, ["test", "--select", "test_type:unit"])

    failed = [
        f"{each.node.name}:\n{each.message}"
        for each in [*built, *tested]
        if each.status not in ("success", "pass")
    ]
    assert not failed, "\n\n".join(failed)
    assert len(tested) >= 38
