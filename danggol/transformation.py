"""dbt by its programmatic runner: one run a stage, failures by name."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from danggol.settings import PROJECT
from warehouse import Warehouse
from warehouse.publication import Mart

DBT_PROJECT = PROJECT / "dbt_project"
# what reads what was mined tonight
STAR = ("--exclude", "tag:after_mining")
# the views of raw stand since the first build by these models
STAR_AGAIN = (*STAR, "path:models/staging")
MINED = ("--select", "tag:after_mining")


class TransformationFailed(RuntimeError):
    """A model or a test failed; readers still see the night before."""


@dataclass(frozen=True, slots=True)
class Transformation:
    """What a dbt run built, and how long it took to begin."""

    marts: list[Mart]
    starting_seconds: float


def build(
    warehouse: Warehouse,
    selection: tuple[str, ...],
    variables: dict[str, Any],
    target: Path,
    *,
    full_refresh: bool = False,
) -> Transformation:
    """Build and test models in `marts_next` and before.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `transformer`.
    selection : tuple of str
        `STAR`, `STAR_AGAIN` or `MINED`.
    variables : dict
        The company's, the same every night, so that dbt need not parse again.
    target : Path
        Folder of this stage's parse results and logs.

    Raises
    ------
    TransformationFailed
        Names every model and test that failed.
    """
    begun = time.perf_counter()
    from dbt.cli.main import dbtRunner

    first_node: list[float] = []

    def watch(event: Any) -> None:
        if event.info.name == "NodeStart" and not first_node:
            first_node.append(time.perf_counter())

    arguments = [
        "build",
        *selection,
        "--exclude-resource-type",
        "unit_test",
        *_places(target, variables),
        *(["--full-refresh"] if full_refresh else []),
    ]
    with _credentials(warehouse):
        outcome = dbtRunner(callbacks=[watch]).invoke(arguments)
    if not outcome.success:
        raise TransformationFailed(_failures(outcome))
    results: Any = outcome.result
    nodes = (result.node for result in results.results)
    marts = [_mart(node.to_dict()) for node in nodes if _is_mart(node)]
    return Transformation(marts, (first_node or [time.perf_counter()])[0] - begun)


def describe(warehouse: Warehouse, variables: dict[str, Any], target: Path) -> Path:
    """Write dbt's documentation of every model, one page that stands alone.

    Raises
    ------
    TransformationFailed
        If dbt could not.
    """
    from dbt.cli.main import dbtRunner

    with _credentials(warehouse):
        outcome = dbtRunner().invoke(
            ["docs", "generate", "--static", *_places(target, variables)]
        )
    if not outcome.success:
        raise TransformationFailed(_failures(outcome))
    return target / "static_index.html"


def models_digest(variables: dict[str, Any]) -> str:
    """Digest of the SQL of all models and macros, and of the company's variables."""
    digest = hashlib.sha256(json.dumps(variables, sort_keys=True).encode())
    for folder in ("macros", "models"):
        for file in sorted((DBT_PROJECT / folder).rglob("*.sql")):
            digest.update(f"\n{file.relative_to(DBT_PROJECT)}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _places(target: Path, variables: dict[str, Any]) -> list[str]:
    """Where dbt finds the project and leaves its files, and what it does not say."""
    return [
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
        "--vars",
        json.dumps(variables),
    ]


@contextmanager
def _credentials(warehouse: Warehouse) -> Iterator[None]:
    """What profiles.yml asks for; dbt scrubs variables of this prefix from its logs."""
    wanted = {
        "WAREHOUSE_HOST": warehouse.host,
        "WAREHOUSE_PORT": str(warehouse.port),
        "WAREHOUSE_DATABASE": warehouse.database,
        "DBT_ENV_SECRET_WAREHOUSE_PASSWORD": warehouse.password("transformer"),
        # seconds of every night, for files that nothing reads
        "DBT_WRITE_JSON": os.environ.get("DBT_WRITE_JSON", "false"),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _failures(outcome: Any) -> str:
    if outcome.exception is not None:
        return f"dbt could not start: {_first_line(outcome.exception)}"
    if outcome.result is None or not hasattr(outcome.result, "results"):
        return "dbt failed before the first model; see the log beside its target"
    failed = [
        f"{result.node.resource_type} {result.node.name}: "
        + _first_line(result.message or result.status)
        for result in outcome.result.results
        if result.status in ("error", "fail", "runtime error")
    ]
    return "dbt failed, nothing was published:\n  " + "\n  ".join(failed)


def _first_line(message: object) -> str:
    """The first line says what failed; later ones quote rows."""
    lines = [line.strip() for line in str(message).splitlines() if line.strip()]
    return next((x for x in lines if not x.startswith("Database Error")), "no message")


def _is_mart(node: Any) -> bool:
    # its tests lie beside it
    return bool(node.resource_type == "model" and node.fqn[1:2] == ["marts"])


def _names(told: str | list[str]) -> tuple[str, ...]:
    """One name or several, as YAML has them."""
    return (told,) if isinstance(told, str) else tuple(told)


def _mart(node: dict[str, Any]) -> Mart:
    meta = node["config"]["meta"]
    columns = node["columns"].values()
    keys = [
        column["name"]
        for column in columns
        if any(each["type"] == "primary_key" for each in column["constraints"])
    ]
    for constraint in node["constraints"]:
        if constraint["type"] == "primary_key":
            keys = constraint["columns"]
    return Mart(
        name=node["name"],
        key=tuple(keys),
        publish=meta["publish"],
        affected=meta.get("affected"),
        affected_key=_names(meta.get("affected_key", ())),
        affected_from=meta.get("affected_from"),
        is_with_permissions=meta.get("with_permissions", False),
        readers=tuple(meta.get("readers", ())),
        column_readers={
            column["name"]: tuple(column["config"]["meta"].get("readers", ()))
            for column in columns
            if column["config"]["meta"].get("class") == "quasi"
        },
        descriptions={
            "": node["description"],
            **{column["name"]: column["description"] for column in columns},
        },
    )
