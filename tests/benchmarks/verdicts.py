"""What `campaign_results` says of campaigns whose true effect is known.

The mart's own SQL, as dbt compiles it, judges campaigns drawn here: the same rule, on
many at once. Counted is how often it is wrong, and how often an interval holds what is
true.
"""

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table

from danggol.transformation import build
from tests.benchmarks.embedded import embedded_warehouse
from warehouse.connection import Connection

CAMPAIGNS = 1_000  # of each kind
SEEDS = 50  # so many of them have one seed each
DAY = date(2025, 3, 31)
Z80, Z95, Z975 = 0.841621, 1.644854, 1.959964  # quantiles of the normal
RULE = ("--select", "+campaign_results", "--exclude-resource-type", "test")
MEMBERS = "intermediate.int_campaign_members"
TOUCHED = "marts_next.int_affected_campaign_members"
COVERED = (0.93, 0.97)
COVERAGE = "interval of the lift holds the truth"
GAIN_COVERAGE = "interval of the gain holds the truth"


@dataclass(frozen=True, slots=True)
class Kind:
    """Campaigns of one kind, and what must be said of them.

    Attributes
    ----------
    smallest, largest : int
        Customers approached; fewer, down to half as many, may be left out by lot.
    verdict : str
        Whose share is limited.
    lowest, highest : float
        Limits of that share.
    """

    name: str
    smallest: int
    largest: int
    verdict: str
    lowest: float
    highest: float


KINDS = (
    Kind("A/A", 400, 1_500, "works", 0.0, 0.04),
    Kind("decidable", 4_000, 6_000, "right", 0.90, 1.0),
    Kind("under-powered", 40, 200, "too_small", 0.60, 1.0),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Campaigns of one kind and seed; arrays of equal length but for `members`."""

    lift: NDArray[np.float64]
    gain: NDArray[np.float64]
    right: NDArray[np.str_]
    members: pl.DataFrame


@dataclass
class Found:
    """Verdicts of a kind, and intervals that hold the truth."""

    verdicts: Counter[str] = field(default_factory=Counter)
    right: int = 0
    gains: int = 0
    held: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Campaigns judged."""
        return self.verdicts.total()


def report() -> tuple[list[Table | str], str]:
    """Judge every kind; returns what to print and, if a share is off, which."""
    with embedded_warehouse() as warehouse, tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        build(warehouse, RULE, {}, target)
        (rule,) = target.glob("compiled/**/campaign_results.sql")
        found = {kind.name: Found() for kind in KINDS}
        with warehouse.connect("admin") as connection:
            _know_the_day(connection)
            for number, kind in enumerate(KINDS):
                for seed in range(SEEDS):
                    drawn = _draw(kind, np.random.SeedSequence([number, seed]))
                    _tell(connection, drawn)
                    _count(connection, rule.read_text("utf-8"), drawn, found[kind.name])
    broken = [fault for kind in KINDS for fault in _faults(kind, found[kind.name])]
    return [_table(found)], "; ".join(broken)


def _draw(kind: Kind, seed: np.random.SeedSequence) -> Drawn:
    """Draw campaigns and everybody in them.

    A buyer brings a margin of a skewed distribution, whether approached or not. What a
    contact costs is such that a lift of `pays` brings it back.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    count = CAMPAIGNS // SEEDS
    treated = rng.integers(kind.smallest, kind.largest + 1, count)
    control = (treated * rng.uniform(0.5, 1.0, count)).astype(np.int64)
    if kind.name == "decidable":
        control = np.maximum(control, kind.smallest)
    base = rng.uniform(0.03, 0.30, count)
    works = (rng.random(count) < 0.5) & (kind.name != "A/A")
    # errors away from 0 at which 95 of 100 trials find a lift, or 20 do
    reach = Z975 + Z95 if kind.name == "decidable" else Z975 - Z80
    error = reach * _deviation(base, base, treated, control)
    error = np.where(
        works, reach * _deviation(base + error, base, treated, control), error
    )
    lift = np.where(works, error, 0.0)
    pays = np.where(works, error / 4, error)
    margin = rng.uniform(5_000, 30_000, count)
    members = pl.concat(
        [
            _members(rng, str(n), arm, int(size), share, margin[n], cost)
            for n in range(count)
            for arm, size, share, cost in (
                ("treated", treated[n], base[n] + lift[n], pays[n] * margin[n]),
                ("holdout", control[n], base[n], 0.0),
            )
        ]
    )
    return Drawn(
        lift,
        lift * margin * treated,
        np.where(lift > 0, "works", "does_not"),
        members,
    )


def _deviation(
    treated_share: NDArray[np.float64],
    control_share: NDArray[np.float64],
    treated: NDArray[np.int64],
    control: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Of the difference of two shares."""
    deviation: NDArray[np.float64] = np.sqrt(
        treated_share * (1 - treated_share) / treated
        + control_share * (1 - control_share) / control
    )
    return deviation


def _members(
    rng: np.random.Generator,
    campaign: str,
    arm: str,
    size: int,
    share: float,
    margin: float,
    cost: float,
) -> pl.DataFrame:
    """Customers of one arm, as the model of members tells them."""
    spread = 1.0  # of the logarithm: the mean is `margin`
    is_buyer = rng.random(size) < share
    brought = rng.lognormal(np.log(margin) - spread**2 / 2, spread, size)
    amount = np.where(is_buyer, brought, 0.0).round(2)
    return pl.DataFrame({"customer_id": np.arange(size)}).select(
        pl.lit(campaign).alias("campaign_id"),
        (pl.lit(arm) + pl.col("customer_id").cast(pl.String)).alias("customer_id"),
        pl.lit(arm).alias("arm_code"),
        pl.lit(int(arm == "treated")).alias("contact_count"),
        pl.lit(0).alias("unknown_cost_count"),
        pl.lit(round(cost, 2)).alias("cost_amount"),
        pl.lit(0).alias("response_count"),
        pl.lit(0).alias("attributed_amount"),
        pl.Series("order_count", is_buyer.astype(np.int64)),
        pl.Series("net_amount", amount),
        pl.Series("margin_amount", amount),
        pl.lit(0).alias("unknown_margin_count"),
        pl.lit(DAY).alias("last_date"),
    )


def _know_the_day(connection: Connection) -> None:
    """Let the warehouse have read contacts up to the day, and a campaign a number."""
    connection.execute(
        "insert into ledger.batches (source_name, entity, business_date, mode,"
        " window_from, window_to, reading_number, read_count, loaded_count,"
        " quarantined_count, known_count, run_id) values ('bench',"
        " 'campaign_contacts', %(day)s, 'incremental', %(day)s, %(day)s, 1, 0, 0, 0, 0,"
        " gen_random_uuid())",
        {"day": DAY},
    )
    count = CAMPAIGNS // SEEDS
    for statement in (
        "delete from marts_next.dim_campaigns",
        "insert into marts_next.dim_campaigns (campaign_id, is_deleted)"
        f" select number::text, false from generate_series(0, {count - 1}) as number",
        f"insert into {TOUCHED} (campaign_id)"
        f" select number::text from generate_series(0, {count - 1}) as number",
    ):
        connection.execute(statement.encode())


def _tell(connection: Connection, drawn: Drawn) -> None:
    """Put the members of these campaigns in the place of those before."""
    rows = io.BytesIO()
    drawn.members.write_csv(rows, include_header=False)
    names = ", ".join(drawn.members.columns)
    connection.execute(f"truncate {MEMBERS}".encode())
    with connection.cursor().copy(
        f"copy {MEMBERS} ({names}) from stdin (format csv)".encode()
    ) as copy:
        copy.write(rows.getvalue())
    connection.execute(f"analyze {MEMBERS}".encode())


def _count(connection: Connection, rule: str, drawn: Drawn, found: Found) -> None:
    """Judge the campaigns by the mart's rule, and count."""
    for number, verdict, low, high, gain_low, gain_high in connection.execute(
        (
            "select campaign_id::integer, verdict_code, lift_low, lift_high,"
            f" gain_low_amount::float, gain_high_amount::float from ({rule}) as judged"
        ).encode()
    ):
        found.verdicts[verdict] += 1
        found.right += verdict == drawn.right[number]
        found.held[COVERAGE] += low <= drawn.lift[number] <= high
        if gain_low is not None:
            found.gains += 1
            found.held[GAIN_COVERAGE] += gain_low <= drawn.gain[number] <= gain_high


def _faults(kind: Kind, found: Found) -> Iterator[str]:
    share = _share(kind, found)
    if found.count < CAMPAIGNS:
        yield f"{kind.name}: {found.count} campaigns were judged"
    if not kind.lowest <= share <= kind.highest:
        yield f"{kind.name}: {kind.verdict} in {share:.1%}"
    for what, held in _held(found).items():
        if not COVERED[0] <= held <= COVERED[1]:
            yield f"{kind.name}: {what} in {held:.1%}"


def _held(found: Found) -> dict[str, float]:
    """Shares of the intervals that hold the truth."""
    return {
        COVERAGE: found.held[COVERAGE] / found.count,
        GAIN_COVERAGE: found.held[GAIN_COVERAGE] / found.gains,
    }


def _share(kind: Kind, found: Found) -> float:
    count = found.right if kind.verdict == "right" else found.verdicts[kind.verdict]
    return count / found.count


def _table(found: dict[str, Found]) -> Table:
    told = Table("verdicts of campaigns whose effect is known", *found)
    for verdict in ("works", "does_not", "too_small"):
        told.add_row(
            verdict, *(f"{f.verdicts[verdict] / f.count:.1%}" for f in found.values())
        )
    told.add_section()
    told.add_row("right", *(f"{f.right / f.count:.1%}" for f in found.values()))
    for what in (COVERAGE, GAIN_COVERAGE):
        told.add_row(what, *(f"{_held(f)[what]:.1%}" for f in found.values()))
    told.add_row("campaigns", *(f"{f.count:,}" for f in found.values()))
    for kind in KINDS:
        limits = f"{kind.lowest:.0%} to {kind.highest:.0%}"
        told.add_row(f"{kind.name}: {kind.verdict} must be", limits)
    return told
