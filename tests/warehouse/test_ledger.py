"""Which models built what stands."""

from datetime import date
from uuid import uuid4

import pytest

from warehouse import Warehouse, ledger
from warehouse.connection import Connection

pytestmark = pytest.mark.postgres
NIGHT = date(2026, 3, 1)


def build(
    connection: Connection, models: str, status: str = "published", **how: bool
) -> None:
    """Begin and end a build of the star."""
    number = ledger.begin_build(connection, NIGHT, uuid4(), "star", models=models)
    ledger.end_build(connection, number, status, **how)


def test_the_models_that_built_what_is_shown_are_no_others(warehouse: Warehouse):
    with warehouse.connect("publisher") as connection:
        assert ledger.are_other_models(connection, "old")  # none built anything yet

        build(connection, "old")
        assert not ledger.are_other_models(connection, "old")
        assert ledger.are_other_models(connection, "new")

        build(connection, "new")
        assert not ledger.are_other_models(connection, "new")


@pytest.mark.parametrize("status", ["held", "failed"])
def test_going_back_after_a_build_that_was_not_published_builds_anew(
    warehouse: Warehouse, status: str
):
    with warehouse.connect("publisher") as connection:
        build(connection, "old")
        build(connection, "new", status)
        assert ledger.are_other_models(connection, "old")

        build(connection, "old")
        assert not ledger.are_other_models(connection, "old")


def test_a_build_whose_marts_are_not_all_of_its_models_is_repeated(
    warehouse: Warehouse,
):
    with warehouse.connect("publisher") as connection:
        build(connection, "new", is_whole=False)
        assert ledger.are_other_models(connection, "new")


def test_a_build_that_was_killed_counts_by_its_models(warehouse: Warehouse):
    with warehouse.connect("publisher") as connection:
        build(connection, "old")
        ledger.begin_build(connection, NIGHT, uuid4(), "star", models="new")

        assert ledger.are_other_models(connection, "old")
