"""Which batches come again after a gate has held a mart, as the models tell it."""

import re
from pathlib import Path

import pytest
import yaml

from danggol.gating import left_out
from danggol.transformation import DBT_PROJECT
from expectations.gates import GATES
from ingest.contract import ENTITIES

MODELS = {model.stem: model for model in (DBT_PROJECT / "models").rglob("*.sql")}
HELD = {mart for checks in GATES.values() for check in checks for mart in check.holds}


def meta_of(mart: str) -> dict[str, str]:
    """How a mart is published."""
    page: Path = MODELS[mart].with_suffix(".yml")
    (contract,) = yaml.safe_load(page.read_text("utf-8"))["models"]
    return contract["config"]["meta"]


def entities_behind(model: str) -> set[str]:
    """What a model reads of raw, itself or by the models that it reads."""
    names = set(re.findall(r"'(\w+)'", MODELS[model].read_text("utf-8")))
    return (names & ENTITIES.keys()).union(
        *(entities_behind(each) for each in names & MODELS.keys())
    )


def test_a_gate_holds_marts_that_there_are():
    assert MODELS.keys() >= HELD


@pytest.mark.parametrize(
    "mart", sorted(mart for mart in HELD if meta_of(mart)["publish"] == "keys")
)
def test_what_tells_the_keys_of_a_held_mart_comes_again(mart: str):
    assert left_out([mart]) == entities_behind(meta_of(mart)["affected"])
