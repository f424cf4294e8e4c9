"""The simulated company, large, in homes that know more or less of its past.

Its shop stands on a server of its own. A home reads all of who and what there is, and
of what happened only what was written down since a day; then nights come to it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from danggol import provisioning
from danggol.environment import Environment
from danggol.settings import PROJECT
from demo.simulated.loading import load
from demo.simulated.plan import Plan
from tests.benchmarks.embedded import SHOP, embedded_warehouse
from warehouse import Warehouse
from warehouse.server import Server

COMPANY = "simulated"
# Who and what there is: the state in which a night finds the company.
STATE = frozenset(
    {
        *("customers", "customer_merges", "households", "accounts", "consents"),
        *("products", "stores", "channels", "reasons", "employees", "campaigns"),
    }
)


@dataclass(frozen=True, slots=True)
class Life:
    """What the company wrote down.

    Attributes
    ----------
    shop : Warehouse
        Database of the shop.
    logs : Path
        Folder of the web logs, a file a day.
    """

    shop: Warehouse
    logs: Path


@contextmanager
def lived(plan: Plan) -> Iterator[Life]:
    """Let the company live, on a server that is gone when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder,
        embedded_warehouse() as server,
    ):
        life = Life(replace(server, database=SHOP), Path(folder))
        with life.shop.connect("admin", autocommit=True) as shop:
            load(shop, plan, life.logs)
        yield life


@contextmanager
def home(life: Life, first: date, last: date) -> Iterator[Path]:
    """A home whose history goes from `first` to `last`, nothing taken in yet.

    Parameters
    ----------
    life : Life
        From `lived`.
    first, last : date
        What happened before `first` is not told, save for `STATE`.

    Yields
    ------
    Path
        To be `selected`; its warehouse is gone when the block ends.
    """
    with tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder:
        place = Path(folder, COMPANY)
        (place / "weblogs").mkdir(parents=True)
        with (place / "company.yml").open("w") as file:
            yaml.safe_dump(_told_since(first, last), file)
        for number in range((last - first).days + 1):
            show_log(life, place, first + timedelta(days=number))
        with selected(life, place):
            try:
                provisioning.start_warehouse(Environment.current())
                yield place
            finally:
                Server(place).remove()


def show_log(life: Life, place: Path, day: date) -> None:
    """Let a home see the web log of a day."""
    name = f"access.log-{day:%Y%m%d}.gz"
    (place / "weblogs" / name).symlink_to(life.logs / name)


@contextmanager
def selected(life: Life, place: Path) -> Iterator[Environment]:
    """Let the environment select the company with this home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPANY", COMPANY)
        patch.setenv("DANGGOL_HOME", str(place.parent))
        patch.setenv("SHOP_URL", life.shop.url("admin", driver="postgresql"))
        for name in ("WAREHOUSE_URL", "WAREHOUSE_URL_FILE"):
            patch.delenv(name, raising=False)
        yield Environment.current()


def _told_since(first: date, last: date) -> dict[str, Any]:
    """The company's YAML, with what happened before `first` left out."""
    told: dict[str, Any] = yaml.safe_load(
        (PROJECT / "demo" / COMPANY / "company.yml").read_text("utf-8")
    )
    told |= {"history_first_date": first, "history_last_date": last}
    for name, entity in told["shop"]["entities"].items():
        if name not in STATE:
            entity["query"] = (
                f"select * from ({entity['query']}) as told"
                f" where {entity['stamp']} >= '{first} 00:00+09'"
            )
    return told
