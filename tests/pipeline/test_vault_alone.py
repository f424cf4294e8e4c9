"""What names a person lies in the vault alone, and a forgotten person nowhere."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from danggol import stages
from danggol.cli import app
from danggol.environment import Environment
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import (
    HISTORY,
    NIGHTS,
    MadeCompany,
    differences,
)
from warehouse.founding import DifferentCompany
from warehouse.vault import forget

pytestmark = pytest.mark.postgres
LAST = NIGHTS[-1]
# of the members that shop.sql makes, k from 1 to 31
PLANTED = [
    planted.format(k=k)
    for k in (1, 7, 27, 31)
    for planted in (
        "Name of {k}",
        "010-5555-{k:04}",
        "0105555{k:04}",  # as it is hashed
        "member{k}@example.com",
        "{k} Mapo-daero",
    )
] + ["1981-12-01", "1990-05-05"]  # when 7 and 31 were born


@pytest.fixture(scope="module")
def company(after_each_night: list[Saved], restore: Restore) -> Iterator[MadeCompany]:
    """The company after its nights, with a refused row of member 27."""
    with restore(after_each_night[-1]) as made:
        # told again by the shop, one of them with a date of birth that cannot be
        made.tell_shop(
            "insert into member_versions select member_no, full_name, phone, email,"
            " address, case when member_no = 'M27' then '0001-01-01' else born_on end,"
            " province, district, joined_at, '2024-02-29 10:00+09' from members"
        )
        made.night(LAST)
        yield made


def places_of(company: MadeCompany, texts: list[str]) -> set[str]:
    """Tables in which any of the texts stands, whatever the column."""
    tables = company.ask(
        "select schemaname || '.' || tablename from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema')"
    )
    return {
        table
        for (table,) in tables
        if company.ask(
            # bytea shows as text here, not as hexadecimal digits
            f"select 1 from (select t::text || encode(coalesce({_bytes(table)}, ''),"
            f" 'escape') as line from {table} as t) as lines"
            " where line like any(%s) limit 1",
            [f"%{text}%" for text in texts],
        )
    }


def _bytes(table: str) -> str:
    return "t.payload" if table == "vault.quarantine" else "null::bytea"


def test_identifiers_stand_in_the_vault_and_nowhere_else(company: MadeCompany):
    assert places_of(company, PLANTED) == {
        "vault.customer_identifiers",
        "vault.quarantine",
    }


def test_nobody_is_forgotten_under_another_key(company: MadeCompany):
    keys = company.home / "hash_keys.json"
    kept = keys.read_bytes()
    keys.unlink()

    ended = CliRunner().invoke(app, ["forget", "M25", "--yes"])
    keys.write_bytes(kept)

    assert isinstance(ended.exception, DifferentCompany)
    assert places_of(company, ["member25@example.com"]) == {
        "vault.customer_identifiers"
    }


def test_a_forgotten_customer_stays_away_after_reload_and_rebuild(
    company: MadeCompany,
):
    before = company.marts()

    # two memberships that became one
    gone = forget(company.warehouse, "M27", Environment.current().keyed_hash)
    for day in NIGHTS:
        stages.load_shop(day)
    stages.load_shop(HISTORY, history=True)
    stages.rebuild()

    assert gone.memberships == ("M26", "M27")
    assert gone.identifiers == 2
    for k in (26, 27):
        assert places_of(company, [f"Name of {k}", f"member{k}@example.com"]) == set()
    assert places_of(company, ["member25@example.com"]) == {
        "vault.customer_identifiers"
    }
    # the numbers go on without the person
    assert differences(company.marts(), before) == {}
