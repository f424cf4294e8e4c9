"""Who may do what after a night, tried with the operations themselves."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import MadeCompany
from warehouse import ROLES

pytestmark = pytest.mark.postgres

# One table of each schema that a night fills, and of marts one that everybody may
# read, one with columns of class quasi, and one for the miner alone.
TABLES = {
    "raw": "raw.orders",
    "identifiers": "vault.customer_identifiers",
    "quarantine": "vault.quarantine",
    "ledger": "ledger.batches",
    "runs": "ledger.stage_runs",
    "staging": "staging.stg_shop__orders",
    "intermediate": "intermediate.int_visitor_customers",
    "marts_next": "marts_next.fct_orders",
    "mined": "mined.customer_segments",
    "marts": "marts.fct_orders",
    "segments": "marts.customer_segments_current",
    "days": "marts.customer_days",
    "publications": "marts.publications",
}
MAY_READ = {
    "loader": {"raw", "identifiers", "quarantine", "ledger"},
    "transformer": {
        "raw", "ledger", "staging", "intermediate", "marts_next", "mined",
    },
    "auditor": {
        "raw", "ledger", "runs", "staging", "intermediate", "marts_next", "mined",
        "marts", "segments", "days", "publications",
    },
    "publisher": {"ledger", "marts_next", "publications"},
    "miner": {"mined", "marts", "segments", "days", "publications"},
    "bi_reader": {"marts", "segments", "publications"},
    "marketing_reader": {"marts", "segments", "publications"},
    "steward": {"identifiers", "quarantine"},
}  # fmt: skip
MAY_INSERT = {
    "loader": {"raw", "identifiers", "quarantine", "ledger", "runs"},
    "transformer": {"intermediate", "marts_next"},  # staging has views only
    "auditor": {"runs"},
    "publisher": {"runs", "publications"},
    "miner": {"mined", "runs"},
    "bi_reader": set(),
    "marketing_reader": set(),
    "steward": {"identifiers", "quarantine"},
}
MAY_DELETE = {
    "transformer": {"intermediate", "marts_next"},
    "miner": {"mined"},
    "steward": {"identifiers", "quarantine"},
}
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


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_what_it_is_granted(night: MadeCompany, role: str):
    allowed = {
        name
        for name, table in TABLES.items()
        if may(night, role, f"select * from {table} limit 0")
    }

    assert allowed == MAY_READ[role]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_adds_rows_where_it_is_granted(night: MadeCompany, role: str):
    allowed = {
        name
        for name, table in TABLES.items()
        if may(night, role, f"insert into {table} default values")
    }

    assert allowed == MAY_INSERT[role]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_deletes_rows_where_it_is_granted(night: MadeCompany, role: str):
    allowed = {
        name
        for name, table in TABLES.items()
        if may(night, role, f"delete from {table}")
    }

    assert allowed == MAY_DELETE.get(role, set())


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


def test_the_auditor_sees_why_a_row_was_refused_not_what_it_said(night: MadeCompany):
    assert may(night, "auditor", "select locator, reason from vault.quarantine")
    assert not may(night, "auditor", "select payload from vault.quarantine")


QUASI = {
    "province": {"bi_reader", "marketing_reader"},
    "district": {"marketing_reader"},
    "phone_hash": {"marketing_reader"},
    "email_hash": {"marketing_reader"},
    "birth_year": {"marketing_reader"},
}


@pytest.mark.parametrize(("column", "readers"), QUASI.items())
def test_a_quasi_column_is_read_by_whom_it_is_granted(
    night: MadeCompany, column: str, readers: set[str]
):
    query = f"select {column} from marts.dim_customers"

    assert {
        role for role in ("bi_reader", "marketing_reader") if may(night, role, query)
    } == readers


def test_a_reader_reads_every_plain_column_and_mart(night: MadeCompany):
    plain = (
        "select customer_key, customer_id, current_customer_id, customer_status,"
        " is_current, valid_from, valid_to from marts.dim_customers"
    )

    assert may(night, "bi_reader", plain)
    marts = night.marts().keys() - {"customer_days", "dim_customers"}
    for mart in marts:
        assert may(night, "bi_reader", f"select * from marts.{mart}"), mart


def test_identifiers_lie_in_the_vault_alone(night: MadeCompany):
    columns = night.ask(
        "select table_schema, column_name from information_schema.columns"
        " where column_name in ('full_name', 'phone', 'email', 'street_address',"
        " 'birth_date')"
    )

    assert {schema for schema, _ in columns} == {"vault"}
    assert night.ask(
        "select count(*) from vault.customer_identifiers where email <> ''",
        role="steward",
    ) == [(31,)]


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
