"""Who may do what after a night, tried with the operations themselves."""

from collections.abc import Iterator

import psycopg
import pytest

from danggol import stages
from tests.pipeline import privileges
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import NIGHTS, MadeCompany
from warehouse import ROLES

pytestmark = pytest.mark.postgres

MAY_CREATE_IN = {"transformer": {"staging", "intermediate", "marts_next"}}
SCHEMAS = (
    "public",
    "raw",
    "vault",
    "ledger",
    "staging",
    "intermediate",
    "marts_next",
    "mined",
    "marts",
)


@pytest.fixture(scope="module")
def night(after_each_night: list[Saved], restore: Restore) -> Iterator[MadeCompany]:
    """The company after its nights, with the rights it was given."""
    with restore(after_each_night[-1]) as company:
        yield company


def test_every_role_has_its_rights_on_every_table_after_nights_and_a_rebuild(
    night: MadeCompany,
):
    assert privileges.faults(night) == []

    stages.rebuild()  # dbt replaces every table of its own
    night.night(NIGHTS[-1], anew=True)

    assert privileges.faults(night) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_creates_tables_where_it_is_granted(night: MadeCompany, role: str):
    allowed = {
        schema
        for schema in SCHEMAS
        if may(night, role, f"create table {schema}.of_mine (i integer)")
    }

    assert allowed == MAY_CREATE_IN.get(role, set())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "drop table marts.fct_orders",
        "truncate marts.fct_orders",
        "update marts.fct_orders set net_amount = 0",
        "update raw.orders set customer_id = 'M01'",
        "delete from raw.orders",
        "create role friend",
        "copy marts.fct_orders to '/tmp/orders'",
    ],
)
def test_no_role_changes_what_readers_see_or_what_was_told(
    night: MadeCompany, role: str, statement: str
):
    assert not may(night, role, statement)


@pytest.mark.parametrize("role", ROLES)
def test_only_the_publisher_becomes_owner(night: MadeCompany, role: str):
    assert may(night, role, "set role owner") == (role == "publisher")


def may(company: MadeCompany, role: str, statement: str) -> bool:
    """Whether `role` is let; whatever it does is undone."""
    with company.warehouse.connect(role) as connection:
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.IntegrityError:
            return True  # let to try, and told what is missing
        finally:
            connection.rollback()
    return True
