"""Every mart is under contract, says who may read it, and keeps to its layer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from danggol import mining_jobs
from ingest.contract import ENTITIES

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
MODELS = DBT_PROJECT / "models"
MARTS = MODELS / "marts"
READERS = {"bi_reader", "marketing_reader"}
READ_BY_MINING = {
    "activity_date",
    "customer_id",
    "margin_amount",
    "net_amount",
    "order_count",
}
# design, section 6: no array, no json, nothing that a spreadsheet would garble
TYPES = {
    "text",
    "bigint",
    "boolean",
    "date",
    "double precision",
    "numeric(18, 2)",
    "numeric(18, 3)",
    "numeric(18, 4)",
    "timestamp with time zone",
}
REFERENCE = re.compile(r"(?:ref|source)\('([^']+)'(?:, '[^']+')?\)")
QUASI = {
    column.name
    for entity in ENTITIES.values()
    # a store's or a firm's district says nothing of a person
    if entity.name not in ("stores", "accounts")
    for column in entity.stored
    if column.personal == "quasi"
}


def contract_of(model: Path) -> dict[str, Any]:
    """The model's own part of the YAML beside it."""
    (contract,) = yaml.safe_load(model.with_suffix(".yml").read_text("utf-8"))["models"]
    return contract


def sql_of(folder: Path) -> list[Path]:
    """Every model below a folder."""
    return sorted(folder.rglob("*.sql"))


def by_name(model: Path) -> str:
    """How a test's parameter is called."""
    return model.stem


def keys_of(contract: dict[str, Any]) -> list[str]:
    """Columns of the primary key."""
    for constraint in contract.get("constraints", []):
        if constraint["type"] == "primary_key":
            return constraint["columns"]
    return [
        column["name"]
        for column in contract["columns"]
        if {"type": "primary_key"} in column.get("constraints", [])
    ]


every_mart = pytest.mark.parametrize("mart", sql_of(MARTS), ids=by_name)
every_model = pytest.mark.parametrize("model", sql_of(MODELS), ids=by_name)


def test_marts_are_under_enforced_contract():
    project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"))

    assert project["models"]["warehouse"]["marts"]["+contract"]["enforced"] is True


@every_model
def test_a_model_has_a_page_of_its_own_that_begins_with_the_grain(model: Path):
    contract = contract_of(model)

    assert contract["name"] == model.stem
    assert "Grain: " in contract["description"][:88]
    assert model.read_text("utf-8").startswith("-- Grain: one ")


@every_model
def test_every_column_of_a_model_is_described(model: Path):
    undescribed = [
        column["name"]
        for column in contract_of(model)["columns"]
        if not column.get("description", "").strip()
    ]

    assert undescribed == []


@every_mart
def test_a_mart_names_the_key_that_publishing_compares(mart: Path):
    contract = contract_of(mart)
    never_null = {
        column["name"]
        for column in contract["columns"]
        if {"type": "not_null"} in column.get("constraints", [])
    }

    assert keys_of(contract)
    assert set(keys_of(contract)) <= never_null


# a group; and what was to be expected, a mean
COUNTS = {
    "kids_count": "text",
    "expected_count": "double precision",
    "out_of_time_expected_count": "double precision",
}


@every_mart
def test_the_columns_of_a_mart_have_types_that_readers_can_use(mart: Path):
    columns = contract_of(mart)["columns"]

    assert {column["data_type"] for column in columns} <= TYPES
    for column in columns:
        name, kind = column["name"], column["data_type"]
        ending = name.rsplit("_", 1)[-1]
        wanted = {
            "id": "text",
            "key": "text",
            "code": "text",
            "status": "text",
            "count": COUNTS.get(name, "bigint"),
            "date": "date",
            "at": "timestamp with time zone",
            "amount": "numeric(18, 2)",
            "cost": "numeric(18, 4)",
            "share": "double precision",
        }
        assert kind == wanted.get(ending, kind), name
        if name.startswith(("is_", "has_")):
            assert kind == "boolean", name


@every_mart
def test_a_mart_says_how_it_is_published_and_who_may_read_it(mart: Path):
    contract = contract_of(mart)
    meta = contract["config"]["meta"]
    by_keys = {"affected", "affected_key"} if meta["publish"] == "keys" else set()

    assert meta["publish"] in ("keys", "difference", "night", "periods")
    by_night = {"with_permissions"} if meta["publish"] == "night" else set()
    assert {"publish", "readers"} | by_keys <= set(meta)
    by_moment = {"affected_from"} if by_keys else set()
    assert set(meta) <= {"publish", "readers"} | by_keys | by_moment | by_night
    assert set(meta["readers"]) <= READERS
    if by_keys:
        affected = contract_of(MODELS / "intermediate" / f"{meta['affected']}.sql")
        key = meta["affected_key"]
        assert (
            {key}
            if isinstance(key, str)
            else set(key)
            <= {column["name"] for column in contract["columns"]}
            & {column["name"] for column in affected["columns"]}
        )
    if "affected_from" in meta:
        moments = [c for c in contract["columns"] if c["name"] == meta["affected_from"]]
        assert {"type": "not_null"} in moments[0]["constraints"]
        assert "affected_from" in {column["name"] for column in affected["columns"]}


@every_mart
def test_what_may_point_at_a_person_is_granted_by_name(mart: Path):
    tells_of_persons = mart.stem not in ("dim_stores", "dim_accounts")

    for column in contract_of(mart)["columns"]:
        meta = column.get("config", {}).get("meta", {})
        if column["name"] in QUASI and tells_of_persons:
            assert meta["class"] == "quasi", column["name"]
            assert set(meta["readers"]) <= READERS
        else:
            assert meta == {}, column["name"]


def test_no_hash_of_an_identifier_is_granted_to_bi_readers():
    columns = contract_of(MARTS / "core" / "dim_customers.sql")["columns"]
    hashes = {
        column["name"]: column["config"]["meta"]["readers"]
        for column in columns
        if column["name"].endswith("_hash")
    }

    assert set(hashes) == {"phone_hash", "email_hash"}
    assert not [name for name, readers in hashes.items() if "bi_reader" in readers]


def test_customer_days_promises_what_mining_reads_and_is_for_the_miner_only():
    contract = contract_of(MARTS / "core" / "customer_days.sql")

    assert {column["name"] for column in contract["columns"]} >= READ_BY_MINING
    assert contract["config"]["meta"]["readers"] == []


@pytest.mark.parametrize(
    "room",
    ["value", "channels", "campaigns", "service", "sales", "web", "mined", "proof"],
)
def test_an_exposure_says_who_reads_the_marts_of_a_room(room: str):
    exposures = yaml.safe_load(
        (MODELS / "exposures" / f"{room}.yml").read_text("utf-8")
    )["exposures"]
    read = {each for exposure in exposures for each in exposure["depends_on"]}

    assert read == {f"ref('{mart.stem}')" for mart in sql_of(MARTS / room)}


def readings(model: Path) -> Iterator[str]:
    """Names of the models and sources that a model reads."""
    return (found[1] for found in REFERENCE.finditer(model.read_text("utf-8")))


def is_after_mining(model: Path) -> bool:
    """Whether a model is built after the mining jobs, not with the star."""
    tags = contract_of(model).get("config", {}).get("tags", [])
    return MARTS / "mined" in model.parents or "after_mining" in tags


AFTER_MINING = {model.stem for model in sql_of(MODELS) if is_after_mining(model)}


@pytest.mark.parametrize(
    "model",
    [model for model in sql_of(MODELS) if model.stem not in AFTER_MINING],
    ids=by_name,
)
def test_only_what_is_built_after_mining_reads_what_was_mined(model: Path):
    assert not {"mined", "mart_nights", *AFTER_MINING} & set(readings(model))


@pytest.mark.parametrize("model", sql_of(MODELS), ids=by_name)
def test_what_a_build_holds_in_part_is_read_by_what_keeps_its_rows(model: Path):
    if {"fct_order_lines", "fct_page_views"} & set(readings(model)):
        assert "materialized='incremental'" in model.read_text("utf-8")


def test_the_marts_of_the_second_publication_are_those_built_after_mining():
    marts = {mart.stem for mart in sql_of(MARTS)}

    assert marts & AFTER_MINING == set(mining_jobs.AFTER_MINING)


def test_no_core_mart_waits_for_mining():
    assert not AFTER_MINING & {mart.stem for mart in sql_of(MARTS / "core")}


@pytest.mark.parametrize("model", sql_of(MODELS / "staging"), ids=by_name)
def test_a_staging_model_reads_one_source_and_is_reached_by_its_index(model: Path):
    text = model.read_text("utf-8")

    assert len(set(readings(model))) == 1
    assert not re.search(r"^with\b|\bjoin\b", text, re.MULTILINE)
