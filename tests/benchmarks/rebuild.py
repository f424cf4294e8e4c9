"""A full rebuild of the star, against `create table as` of the same queries.

The peer creates what each model compiles to as a view or table, with the same keys and
indexes: without dbt, contracts, tests, gate and publication.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from functools import partial
from graphlib import TopologicalSorter
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from danggol import stages
from danggol.environment import Environment
from danggol.transformation import STAR, build
from demo.simulated.plan import FIRST_DATE, Plan
from tests.benchmarks.embedded import tidy
from tests.benchmarks.measuring import Comparison, Contender, compare
from tests.benchmarks.simulated import home, lived, selected
from warehouse import Warehouse
from warehouse.connection import Connection
from warehouse.ledger import begin_build
from warehouse.mart_tables import columns_of
from warehouse.publication import Mart

Digest = dict[str, tuple[Any, ...] | None]
PLAN = Plan(customers=20_000, months=24)
HISTORY = date(2024, 12, 26)
SCHEMAS = ("staging", "intermediate", "marts_next")
PEER = "peer_"  # begins the names of the peer's schemas
THREADS = 4  # of dbt
WITHOUT_TESTS = (*STAR, "--exclude-resource-type", "test")


@dataclass(frozen=True, slots=True)
class Creation:
    """What a hand would write for one model.

    Attributes
    ----------
    name : str
        Unique id of the model.
    after : frozenset of str
        What it reads.
    statements : tuple of str
        They create it and its indexes, and analyse it where the model says so.
    """

    name: str
    after: frozenset[str]
    statements: tuple[str, ...]


def run() -> list[Comparison]:
    """Rebuild the star with and without what a night does beside, and by hand."""
    with (
        lived(PLAN) as life,
        home(life, FIRST_DATE, HISTORY) as place,
        selected(life, place) as here,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DBT_WRITE_JSON", "true")
        stages.load_shop(HISTORY, history=True)
        stages.load_weblog(HISTORY, history=True)
        stages.build_star(HISTORY)
        return compare_rebuilds(here)


def compare_rebuilds(here: Environment) -> list[Comparison]:
    """Rebuild a star that is built and published."""
    warehouse = here.warehouse
    _begin(warehouse)
    marts = _build_models(here)
    creations = _creations(here, marts)
    names = [mart.name for mart in marts]
    expected = _digest(warehouse, "marts", names)
    row_count = sum(count for count, _ in expected.values())

    def contender(name: str, schema: str, rebuild: Callable[[], object]) -> Contender:
        return Contender(
            name=name,
            row_count=row_count,
            run=rebuild,
            outcome=lambda _: _digest(warehouse, schema, names),
            expected=expected,
            prepare=partial(_begin, warehouse),
        )

    return compare(
        f"rebuild {len(marts)} marts of {row_count:,} rows",
        [
            contender("dbt's models", "marts_next", partial(_build_models, here)),
            contender("with tests, gate, publication", "marts", stages.rebuild),
        ],
        [
            contender(
                f"create table as, {threads} at a time",
                f"{PEER}marts_next",
                partial(_create_all, warehouse, creations, threads),
            )
            for threads in (THREADS, 1)
        ],
        rounds=1,
    )


def _begin(warehouse: Warehouse) -> None:
    """Let a build take up everything, and empty the peer's schemas."""
    with warehouse.connect("publisher") as connection:
        begin_build(connection, HISTORY, uuid4(), "star", everything=True)
    tidy(
        warehouse,
        *(f"drop schema if exists {PEER}{each} cascade" for each in SCHEMAS),
        *(f"create schema {PEER}{each}" for each in SCHEMAS),
    )


def _build_models(here: Environment) -> list[Mart]:
    return build(
        here.warehouse,
        WITHOUT_TESTS,
        here.company.dbt_vars(),
        here.home / "dbt" / "bench",
        full_refresh=True,
    ).marts


def _create_all(
    warehouse: Warehouse, creations: Sequence[Creation], threads: int
) -> None:
    """Run all statements, each model's as soon as what it reads is there."""
    by_name = {each.name: each for each in creations}
    order = TopologicalSorter(
        {each.name: each.after & by_name.keys() for each in creations}
    )
    order.prepare()
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(threads) as pool:
        while order.is_active():
            for name in order.get_ready():
                running[pool.submit(_create, warehouse, by_name[name])] = name
            for each in wait(running, return_when=FIRST_COMPLETED).done:
                each.result()
                order.done(running.pop(each))


def _create(warehouse: Warehouse, creation: Creation) -> None:
    with warehouse.connect("admin") as connection:
        for statement in creation.statements:
            connection.execute(statement.encode())


def _creations(here: Environment, marts: Sequence[Mart]) -> list[Creation]:
    """What dbt has just run, as a hand would write it."""
    folder = here.home / "dbt" / "bench"
    ran = json.loads((folder / "run_results.json").read_text("utf-8"))["results"]
    nodes = json.loads((folder / "manifest.json").read_text("utf-8"))["nodes"]
    keys = {mart.name: mart.key for mart in marts}
    with here.warehouse.connect("admin") as connection:
        return [
            Creation(
                each["unique_id"],
                frozenset(nodes[each["unique_id"]]["depends_on"]["nodes"]),
                tuple(_statements(connection, nodes[each["unique_id"]], keys)),
            )
            for each in ran
        ]


def _statements(
    connection: Connection, node: dict[str, Any], keys: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """What creates a model among the peer's, in the order of its columns."""
    name = _of_peer(node["relation_name"])
    query = _of_peer(node["compiled_code"])
    if node["config"]["materialized"] == "view":
        yield f"create view {name} as {query}"
        return
    columns = columns_of(connection, node["schema"], node["name"])
    yield f"create table {name} as select {', '.join(columns)} from ({query}) as told"
    if node["name"] in keys:
        yield f"alter table {name} add primary key ({', '.join(keys[node['name']])})"
    for index in node["config"].get("indexes", []):
        yield f"create index on {name} ({', '.join(index['columns'])})"
    if node["config"]["post-hook"]:  # of whatever wording
        yield f"analyze {name}"


def _of_peer(statement: str) -> str:
    """The statement with the peer's schemas in place of dbt's."""
    for schema in SCHEMAS:
        statement = statement.replace(f'"{schema}".', f'"{PEER}{schema}".')
    return statement


def _digest(warehouse: Warehouse, schema: str, tables: Sequence[str]) -> Digest:
    """Rows of each table and the sum of their hashes, which their order leaves be."""
    with warehouse.connect("admin") as connection:
        return {
            table: connection.execute(
                sql.SQL(
                    "select count(*), coalesce(sum(hash_record_extended(told, 0)), 0)"
                    " from {} as told"
                ).format(sql.Identifier(schema, table))
            ).fetchone()
            for table in tables
        }
