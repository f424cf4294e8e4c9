"""A company of some hundred customers, as the miner reads it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from mining.jobs import JOBS
from tests import made_marts
from tests.conftest import copy_of
from warehouse import Warehouse

NIGHT = date(2025, 12, 20)
ANCHOR = date(2025, 12, 1)

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def made_once(template: Warehouse) -> Iterator[Warehouse]:
    """Marts of 800 customers and 20 products over three years."""
    with copy_of(template) as company:
        made_marts.make(company, 800, products=20)
        yield company


@pytest.fixture
def made(made_once: Warehouse) -> Iterator[Warehouse]:
    """These marts, the test's own."""
    with copy_of(made_once) as company:
        yield company


@pytest.fixture(scope="session")
def mined(made_once: Warehouse) -> Iterator[Warehouse]:
    """The company after all jobs of a night, to be looked at only."""
    with copy_of(made_once) as company:
        for mine in JOBS.values():
            mine(company, NIGHT)
        yield company


def asking(company: Warehouse) -> Ask:
    """Ask a company as the administrator."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        with company.connect("admin") as connection:
            return connection.execute(query.encode()).fetchall()

    return ask


@pytest.fixture
def ask(made: Warehouse) -> Ask:
    """Ask the test's own company."""
    return asking(made)


@pytest.fixture
def told(mined: Warehouse) -> Ask:
    """Ask what the night has mined."""
    return asking(mined)
