"""Marts as their contracts say, empty, for tests that fill them by hand."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from warehouse.connection import Connection

MARTS = Path(__file__).parents[1] / "dbt_project" / "models" / "marts"


def create_marts(connection: Connection, names: Iterable[str]) -> None:
    """Create marts to be read; counts and amounts are 0 unless filled."""
    for name in names:
        (path,) = MARTS.rglob(f"{name}.yml")
        (model,) = yaml.safe_load(path.read_text("utf-8"))["models"]
        columns = ", ".join(_columns(model))
        connection.execute(f"create table marts.{name} ({columns})".encode())
        connection.execute(f"grant select on marts.{name} to miner, auditor".encode())


def _columns(model: dict[str, Any]) -> Iterator[str]:
    for column in model["columns"]:
        kind = column["data_type"]
        zero = " default 0" if kind.startswith(("bigint", "numeric")) else ""
        yield f"{column['name']} {kind}{zero}{' primary key' * _is_key(column)}"
    for each in model.get("constraints", ()):
        if each["type"] == "primary_key":
            yield f"primary key ({', '.join(each['columns'])})"


def _is_key(told: dict[str, Any]) -> bool:
    return any(each["type"] == "primary_key" for each in told.get("constraints", ()))
