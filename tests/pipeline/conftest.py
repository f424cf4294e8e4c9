"""A made company whose history is loaded once; every test has a copy of its own.

The copies lie on the tests' one server. They all have the same names, `warehouse`
and `haneul_shop`, so there is one at a time: dbt then need not parse anew for each.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ingest.contract import ENTITIES
from tests import databases
from tests.pipeline.made_company import (
    HISTORY,
    NIGHTS,
    MadeCompany,
    fill_shop,
    make_home,
    select,
)
from warehouse import Warehouse
from warehouse.founding import found
from warehouse.migrations import migrate

_numbers = itertools.count()


@dataclass(frozen=True)
class Saved:
    """A company as it was at one moment: a home and the name of two templates."""

    home: Path
    warehouse: Warehouse
    shop: Warehouse

    def look(self) -> MadeCompany:
        """The company to be looked at, not to be changed."""
        return MadeCompany(self.home, self.warehouse, self.shop)


# Makes a company as it was saved, there while the block runs.
Restore = Callable[[Saved], AbstractContextManager[MadeCompany]]


@pytest.fixture(scope="session")
def restore(tmp_path_factory: pytest.TempPathFactory, template: Warehouse) -> Restore:
    """Bring back a saved company, in a home of its own."""

    @contextmanager
    def restored(saved: Saved) -> Iterator[MadeCompany]:
        home = tmp_path_factory.mktemp("homes") / "haneul"
        shutil.copytree(saved.home, home)
        made = MadeCompany(
            home,
            replace(template, database="warehouse"),
            replace(template, database="haneul_shop"),
        )
        with (
            databases.copied(made.shop, saved.shop.database),
            databases.copied(made.warehouse, saved.warehouse.database),
            pytest.MonkeyPatch.context() as patch,
        ):
            # rights on a database are not copied with it
            migrate(made.warehouse, ENTITIES.values())
            here = select(home, made.shop, patch)
            with made.warehouse.connect("loader") as connection:
                found(connection, here.founding)
            yield made

    return restored


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, template: Warehouse) -> Saved:
    """The company before its first night: an empty warehouse, a full shop."""
    home = tmp_path_factory.mktemp("founded") / "haneul"
    make_home(home, template.port, template.passwords)
    shop = replace(template, database="haneul_shop_founded")
    databases.create(shop)
    with shop.connect("admin") as connection:
        fill_shop(connection)
    return Saved(home, template, shop)


@pytest.fixture(scope="session")
def after_history(founded: Saved, restore: Restore) -> Saved:
    """The company after its history was loaded, built, mined and published."""
    with restore(founded) as made:
        made.night(HISTORY, history=True)
        return save(made, founded)


@pytest.fixture(scope="session")
def after_each_night(after_history: Saved, restore: Restore) -> list[Saved]:
    """The company after each of the three nights that follow its history."""
    nights = []
    with restore(after_history) as made:
        for day in NIGHTS:
            made.night(day)
            nights.append(save(made, after_history))
    return nights


@pytest.fixture
def company(after_history: Saved, restore: Restore) -> Iterator[MadeCompany]:
    """The company after its history, the test's own."""
    with restore(after_history) as made:
        yield made


def save(made: MadeCompany, before: Saved) -> Saved:
    """Keep a company as it is now; the tests' server forgets it in the end."""
    number = next(_numbers)
    saved = Saved(
        before.home.with_name(f"saved_{number}"),
        replace(made.warehouse, database=f"haneul_warehouse_{number}"),
        before.shop,
    )
    shutil.copytree(made.home, saved.home)
    databases.create(saved.warehouse, made.warehouse.database)
    return saved
