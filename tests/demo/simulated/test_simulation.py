"""The same seed makes the same company, to the last byte."""

import hashlib
from pathlib import Path

import polars as pl

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
