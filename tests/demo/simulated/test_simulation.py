"""The same seed makes the same company, to the last byte."""

import gzip
import hashlib
import re
from pathlib import Path

import polars as pl
import pytest

from demo.simulated.plan import Plan
from demo.simulated.simulation import Simulation


def fingerprint(plan: Plan, logs: Path, horizons: tuple[int, ...] = (28,)) -> str:
    """A hash of every row of every table, and of every log."""
    hashed = hashlib.sha256()

    def write(table: str, rows: pl.DataFrame) -> None:
        hashed.update(table.encode() + rows.write_csv().encode())

    Simulation(plan, write, logs, horizons).run(lambda month, share: None)
    for path in sorted(logs.iterdir()):
        hashed.update(path.name.encode() + path.read_bytes())
    return hashed.hexdigest()


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(
    tmp_path: Path,
) -> None:
    plan, other = Plan(300, 3, seed=4), Plan(300, 3, seed=5)
    first = fingerprint(plan, tmp_path / "first")

    assert fingerprint(plan, tmp_path / "again") == first
    assert fingerprint(other, tmp_path / "other") != first


def test_every_order_of_the_web_shop_is_confirmed_in_a_log_or_in_the_app(
    tmp_path: Path,
) -> None:
    tables: dict[str, list[pl.DataFrame]] = {}
    plan = Plan(600, 3, seed=6)

    simulation = Simulation(
        plan, lambda table, rows: tables.setdefault(table, []).append(rows), tmp_path
    )
    simulation.run(lambda month, share: None)
    text = "\n".join(
        gzip.decompress(path.read_bytes()).decode() for path in tmp_path.iterdir()
    )
    logged = set(re.findall(r"/order/done/W(\d+) ", text))
    screens = pl.concat(tables["app_events"])
    shown = screens["order_no"].drop_nulls().str.strip_prefix("W")
    orders = pl.concat(tables["orders"]).filter(pl.col("channel") == "web")

    assert logged | set(shown) == set(orders["order_no"].cast(pl.String))
    assert logged
    assert len(shown) > 0
    assert not logged & set(shown)


@pytest.mark.parametrize("plan", [Plan(1, 1), Plan(12, 2), Plan(90, 1, seed=2)])
def test_a_very_small_company_lives_too(plan: Plan) -> None:
    counts = Simulation(plan, lambda table, rows: None).run(lambda month, share: None)

    assert counts["truth.customers"] == plan.customers
