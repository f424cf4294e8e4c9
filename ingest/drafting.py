"""A first company.yml out of a database's catalogue, for a person to correct.

Names are all that is compared, by `drafting.yml`; no row is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml

from ingest.contract import SHOP_ENTITIES
from ingest.sources.database import MYSQL, Catalogue, Table
from warehouse.entity import Column, Entity

# Lines before orders, whose names are the shorter; what every shop has before the rest.
DRAFTED = (
    "order_lines", "orders", "customers", "households", "products", "stores",
    "campaigns", "accounts", "employees", "channels", "reasons", "payments", "returns",
    "quotes", "leads", "interactions", "service_cases", "consents", "registrations",
    "surveys", "referrals",
)  # fmt: skip
UNCHANGING = "# no column says when a row changed: all of it is read every night"


@dataclass(frozen=True, slots=True)
class _Found:
    """What an entity's query is made of: expressions by the contract's names."""

    table: str
    mode: str
    stamp: str | None
    chosen: dict[str, str]
    missing: list[Column]


def draft(
    catalogue: Catalogue, code: str, url_env: str, time_zone: str, currency: str
) -> str:
    """A company.yml about these tables; ``TODO`` where a person has to look.

    Parameters
    ----------
    catalogue : Catalogue
        Tables and views of the shop.
    code : str
        Code that the company will have.
    url_env : str
        Variable that holds the shop's URL.
    time_zone, currency : str
        The company's.
    """
    tables = _by_entity(catalogue.tables)
    found = {
        name: _look(SHOP_ENTITIES[name], tables, catalogue, time_zone)
        for name in SHOP_ENTITIES
        if name in tables
    }
    wanted = [
        name
        for name, entity in SHOP_ENTITIES.items()
        if entity.required | (name in found)
    ]
    zone = f"  source_time_zone: {time_zone}\n" if catalogue.dialect in MYSQL else ""
    return (
        "# Drafted from the names of tables and columns. Read every query, settle\n"
        "# every TODO, take out what you do not need; then danggol sources check DATE\n"
        f"code: {code}\n"
        f"name: {code}  # TODO\n"
        f"currency_code: {currency}\n"
        f"time_zone: {time_zone}\n"
        "history_first_date: TODO  # first day of your orders, such as 2023-01-01\n"
        "history_last_date: TODO  # last day of the first load; nights follow it\n"
        "shop:\n"
        f"  url_env: {url_env}\n"
        f"{zone}"
        "  entities:\n"
        + "\n".join(
            indent("\n".join(_entity(name, found.get(name))), "    ") + "\n"
            for name in wanted
        )
    )


def _entity(name: str, found: _Found | None) -> Iterator[str]:
    if found is None:
        yield f"# TODO: no table looks like it. {SHOP_ENTITIES[name].meaning}"
        found = _Found("TODO", "full", None, {}, _needed(SHOP_ENTITIES[name]))
    for column in found.missing:
        yield f"# TODO: {column.name} is required and not found. {column.meaning}"
    yield f"{name}:"
    yield f"  mode: {found.mode}" + (f"  {UNCHANGING}" if found.mode == "full" else "")
    if found.stamp is not None:
        yield f"  stamp: {found.stamp}"
    if found.mode == "incremental":
        yield "  overlap_days: 1"
    yield "  query: |"
    yield "    select"
    chosen = found.chosen | {column.name: "null" for column in found.missing}
    yield ",\n".join(
        f"        {expression}" + (f" as {column}" if expression != column else "")
        for column, expression in chosen.items()
    )
    yield f"    from {found.table}"


def _look(
    entity: Entity, tables: dict[str, Table], catalogue: Catalogue, time_zone: str
) -> _Found:
    table = tables[entity.name]
    columns = {
        column.name: name
        for column in entity.columns
        if (name := _column(entity, column, tables)) is not None
    }
    mode, stamp = "full", None
    for name, kind in (("updated_at", "changed"), ("created_at", "created")):
        told = _first(_known()[kind], table.columns)
        # what is only created may still change, unless it is a line
        if told and (kind == "changed" or entity.name == "order_lines"):
            mode = "incremental" if kind == "changed" else "append"
            stamp, columns[name] = name, told
            break

    def expression(name: str) -> str:
        quoted = catalogue.quote(name)
        if catalogue.dialect == "postgresql" and table.columns[name] == "local time":
            return f"{quoted} at time zone '{time_zone}'"
        return quoted

    chosen = {name: expression(told) for name, told in columns.items()}
    price = _first(_known()["prices"], table.columns)
    if entity.name == "order_lines" and "net_amount" not in chosen and price:
        chosen["net_amount"] = f"{chosen.get('quantity', 1)} * {expression(price)}"
    missing = [each for each in _needed(entity) if each.name not in chosen]
    return _Found(catalogue.named(table), mode, stamp, chosen, missing)


def _needed(entity: Entity) -> list[Column]:
    return [column for column in entity.columns if column.required]


def _by_entity(tables: Sequence[Table]) -> dict[str, Table]:
    """The table that each entity seems to be; none is two entities."""
    free = {table.name: table for table in tables}
    found: dict[str, Table] = {}
    for entity in DRAFTED:
        names = {name: _plain(name, singular=True) for name in free}
        ranked = [
            (rank, len(plain), name)
            for rank, wanted in enumerate(_known()["tables"][entity])
            for name, plain in names.items()
            if plain.endswith(wanted)
        ]
        exact = [each for each in ranked if each[1] == len(_wanted(entity, each[0]))]
        if ranked:
            found[entity] = free.pop(min(exact or ranked)[2])
    return found


def _wanted(entity: str, rank: int) -> str:
    return str(_known()["tables"][entity][rank])


def _column(entity: Entity, column: Column, tables: dict[str, Table]) -> str | None:
    """Column that says it: by its name, as a reference, or as the key."""
    table = tables[entity.name]
    wanted = _known()["columns"].get(column.name, [_plain(column.name)])
    named = _first(wanted, table.columns)
    if named is not None:
        return named
    of_another = {
        f"{name.removesuffix('s')}_id": each.name for name, each in tables.items()
    }
    for name, referred in table.references.items():
        if referred != table.name and of_another.get(column.name) == referred:
            return name
    is_its_own = column.name == entity.key[-1]
    return table.key[-1] if is_its_own and table.key else None


def _first(wanted: Sequence[str], names: Sequence[str] | dict[str, str]) -> str | None:
    plain = {_plain(name): name for name in names}
    return next((plain[each] for each in wanted if each in plain), None)


def _plain(name: str, *, singular: bool = False) -> str:
    letters = re.sub(r"[^0-9a-z가-힣]", "", name.lower())
    if not singular:
        return letters
    return re.sub(r"(?<=[^s])s$", "", re.sub(r"ies$", "y", letters))


@cache
def _known() -> dict[str, Any]:
    text = Path(__file__).with_suffix(".yml").read_text("utf-8")
    return dict(yaml.safe_load(text))
