"""What `textbook_scoreboard` says of companies of which the truth is known.

The marts' own SQL, as dbt compiles it, judges companies drawn here: of some each saying
is true, of some it is not, and some are so small that nobody can say. Counted is how
often the verdict is right, and how often an interval holds the truth.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from scipy.special import ndtr, ndtri

from danggol.transformation import build
from tests.benchmarks.embedded import embedded_warehouse
from warehouse.connection import Connection

SEEDS = 200
LEAST = 0.95  # of the verdicts of each kind
RULE = ("--select", "+textbook_scoreboard", "--exclude-resource-type", "test")
# a closed quarter ends with the day; the marts begin long before
DAY, QUARTER, YEAR_BEFORE = date(2025, 3, 31), date(2025, 1, 1), date(2024, 1, 1)
COHORT = date(2022, 10, 1)  # whose months 24 to 30 end with the quarter
YEARLY_RATE = 0.1
VARIABLES = {"history_first_date": "2020-01-01", "yearly_rate": YEARLY_RATE}
FILLED = (
    "customer_profits",
    "customer_days",
    "channel_sequences",
    "dim_channels",
    "spend_by_tenure",
)


@dataclass(frozen=True, slots=True)
class Saying:
    """Between which truths companies are drawn, of both kinds."""

    code: str
    inside: tuple[float, float]
    outside: tuple[tuple[float, float], ...]


SAYINGS = (
    Saying("revenue_80_20", (0.79, 0.81), ((0.50, 0.68), (0.91, 0.95))),
    Saying("profit_85_15", (0.84, 0.86), ((0.55, 0.72), (0.94, 0.97))),
    Saying("winning_costs_6_to_7", (6.2, 6.8), ((1.5, 3.5), (11.0, 14.0))),
    Saying("retention_plus_5", (0.34, 0.40), ((0.08, 0.17),)),
    Saying("months_24_to_30", (3.0, 4.0), ((0.8, 1.4),)),
    Saying("branch_first_70", (0.69, 0.71), ((0.30, 0.55), (0.85, 0.95))),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Companies of one kind: how large they are and which verdict is right.

    Attributes
    ----------
    smallest, largest : int
        Customers who bought in the year before; as many are approached who never did,
        and of as many new ones the first touch is known.
    followed : int
        Customers who have been here for two years.
    """

    name: str
    verdict: str
    smallest: int
    largest: int
    followed: int


KINDS = (
    Kind("well inside", "holds", 2_000, 3_000, 1_000),
    Kind("well outside", "does_not", 2_000, 3_000, 1_000),
    Kind("too little data", "too_little_data", 20, 60, 25),
)
# amounts are log-normal; the richest, one in two hundred, are cut off
_LARGEST = ndtr(2.6)
_SPREADS = np.linspace(0.05, 6.0, 120)


def report() -> tuple[list[Table | str], str]:
    """Judge every company; returns what to print and, if a share is off, which."""
    right = {kind.name: Counter[str]() for kind in KINDS}
    held = {kind.name: Counter[str]() for kind in KINDS}
    with embedded_warehouse() as warehouse, tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        build(warehouse, RULE, VARIABLES, target)
        tenure, rule = (
            next(target.glob(f"compiled/**/{mart}.sql")).read_text("utf-8")
            for mart in ("spend_by_tenure", "textbook_scoreboard")
        )
        with warehouse.connect("admin") as connection:
            _prepare(connection)
            for number, kind in enumerate(KINDS):
                for seed in range(SEEDS):
                    rng = np.random.Generator(
                        np.random.PCG64(np.random.SeedSequence([number, seed]))
                    )
                    truth = _tell(connection, kind, rng)
                    _follow(connection, tenure)
                    for code, verdict, low, high in connection.execute(
                        (
                            "select saying_code, verdict_code, company_low,"
                            f" company_high from ({rule}) as judged"
                        ).encode()
                    ):
                        right[kind.name][code] += verdict == kind.verdict
                        if low is not None:
                            held[kind.name][code] += low <= truth[code] <= high
    broken = "; ".join(_faults(right))
    return [_table(right, held)], broken


def _prepare(connection: Connection) -> None:
    """Let the warehouse know the day, and let rows have only what is asked of them."""
    connection.execute(
        "insert into ledger.batches (source_name, entity, business_date, mode,"
        " window_from, window_to, reading_number, read_count, loaded_count,"
        " quarantined_count, known_count, run_id) values ('bench', 'orders', %(day)s,"
        " 'incremental', %(day)s, %(day)s, 1, 0, 0, 0, 0, gen_random_uuid())",
        {"day": DAY},
    )
    for table, column in connection.execute(
        "select attrelid::regclass::text, attname from pg_attribute"
        " inner join pg_class on attrelid = pg_class.oid"
        " where relnamespace = 'marts_next'::regnamespace and relname = any(%s)"
        " and attnotnull and attnum > 0 and not exists (select from pg_index"
        " where indrelid = attrelid and indisprimary and attnum = any(indkey))",
        [list(FILLED)],
    ).fetchall():
        connection.execute(
            f"alter table {table} alter column {column} drop not null".encode()
        )


def _tell(
    connection: Connection, kind: Kind, rng: np.random.Generator
) -> dict[str, float]:
    """Put a company in the place of the one before; returns what is true of it."""
    truth = {saying.code: _truth(saying, kind, rng) for saying in SAYINGS}
    count = int(rng.integers(kind.smallest, kind.largest + 1))
    # of those who bought before, so many are kept; half of the others are won
    kept_share = 1 + YEARLY_RATE - 0.05 - 0.05 / truth["retention_plus_5"]
    is_kept, is_won = rng.random(count) < kept_share, rng.random(count) < 0.5
    keeping = rng.gamma(2.0, 50.0, count)
    winning = rng.gamma(2.0, 50.0, count)
    winning *= truth["winning_costs_6_to_7"] * 0.5 / kept_share
    customer = pl.int_range(2 * count, eager=True).cast(pl.String)
    was_buyer = np.arange(2 * count) < count
    is_buyer = np.concatenate([is_kept, is_won])
    net = _amounts(rng, 2 * count, 0.20, truth["revenue_80_20"])
    profit = _amounts(rng, 2 * count, 0.15, truth["profit_85_15"])
    this_year = pl.DataFrame({"customer_id": customer}).with_columns(
        pl.lit(QUARTER).alias("quarter_start_date"),
        pl.Series("yearly_order_count", is_buyer.astype(np.int64)),
        pl.Series("yearly_net_amount", net),
        pl.Series("yearly_profit_amount", profit),
    )
    before = this_year.filter(pl.Series(was_buyer)).with_columns(
        pl.lit(YEAR_BEFORE).alias("quarter_start_date"),
        pl.lit(1, pl.Int64).alias("yearly_order_count"),
    )
    _fill(connection, "marts_next.customer_profits", pl.concat([this_year, before]))
    first_days = np.where(was_buyer, YEAR_BEFORE, np.where(is_buyer, DAY, None))
    _fill(
        connection,
        "marts_next.customer_days",
        pl.DataFrame(
            {
                "customer_id": customer,
                "activity_date": [QUARTER] * (2 * count),
                "contact_cost_amount": np.concatenate([keeping, winning]).round(2),
            }
        ),
    )
    _tell_followed(connection, kind, rng, truth, customer, first_days.tolist())
    is_first = int((rng.random(count) < truth["branch_first_70"]).sum())
    _fill(
        connection,
        "marts_next.channel_sequences",
        pl.DataFrame(
            {
                "beginning_quarter_date": [QUARTER] * 2,
                "first_touch_channel_code": ["shop", "web"],
                "registration_channel_code": ["shop", "web"],
                "use_channel_code": ["shop", "web"],
                "customer_count": [is_first, count - is_first],
            }
        ),
    )
    _fill(
        connection,
        "marts_next.dim_channels",
        pl.DataFrame(
            {"channel_code": ["shop", "web"], "channel_group_code": ["store", "web"]}
        ),
    )
    return truth


def _tell_followed(
    connection: Connection,
    kind: Kind,
    rng: np.random.Generator,
    truth: dict[str, float],
    customer: pl.Series,
    first_days: list[date | None],
) -> None:
    """Tell when everybody began, and what a cohort spent two years later."""
    first = rng.gamma(4.0, 25_000.0, kind.followed).round()
    later = (
        first * truth["months_24_to_30"] * rng.gamma(4.0, 0.25, kind.followed)
    ).round()
    nobody = [None] * len(customer)
    names = [f"followed {number}" for number in range(kind.followed)]
    _fill(
        connection,
        "intermediate.int_customers_summed",
        pl.DataFrame(
            {
                "customer_id": [*customer, *names],
                "first_order_date": [*first_days, *[COHORT] * kind.followed],
                "is_older_than_history": False,
                "cohort_quarter_date": [*nobody, *[COHORT] * kind.followed],
                "first_quarter_amount": [*nobody, *first],
                "first_half_year_amount": [*nobody, *first],
            },
            schema_overrides={
                "first_order_date": pl.Date,
                "cohort_quarter_date": pl.Date,
            },
        ),
    )
    sums = {
        "amount": later.sum(),
        "first_amount": first.sum(),
        "amount_squares": (later**2).sum(),
        "first_amount_squares": (first**2).sum(),
        "products": (later * first).sum(),
    }
    _fill(
        connection,
        "intermediate.int_cohorts_summed",
        pl.DataFrame(
            {
                "cohort_quarter_date": [COHORT],
                "quarter_start_date": [QUARTER],
                "active_count": [kind.followed],
                "buyer_count": [kind.followed],
                "quarter_amount": [later.sum()],
                "amount": [sums["amount"]],
                "amount_squares": [sums["amount_squares"]],
                "products": [sums["products"]],
                **{f"buyers_{name}": [total] for name, total in sums.items()},
            }
        ),
    )


def _follow(connection: Connection, tenure: str) -> None:
    """Let the mart's own rule compare the cohort with its beginning."""
    names = ", ".join(
        name
        for (name,) in connection.execute(
            "select attname from pg_attribute where attnum > 0"
            " and attrelid = 'marts_next.spend_by_tenure'::regclass"
        )
    )
    connection.execute("truncate marts_next.spend_by_tenure")
    connection.execute(
        (
            f"insert into marts_next.spend_by_tenure ({names})"
            f" select {names} from ({tenure}) as told"
        ).encode()
    )


def _truth(saying: Saying, kind: Kind, rng: np.random.Generator) -> float:
    spans = saying.outside if kind.verdict == "does_not" else (saying.inside,)
    return float(rng.uniform(*spans[rng.integers(len(spans))]))


def _amounts(
    rng: np.random.Generator, count: int, best: float, share: float
) -> NDArray[np.float64]:
    """Amounts of a population of whom the `best` bring this share of the whole."""
    ranks = (np.arange(20_000) + 0.5) / 20_000
    shape = ndtri(ranks * _LARGEST)
    curve = [
        np.exp(spread * shape[ranks > 1 - best]).sum() / np.exp(spread * shape).sum()
        for spread in _SPREADS
    ]
    spread = np.interp(share, curve, _SPREADS)
    drawn: NDArray[np.float64] = 10_000 * np.exp(
        spread * ndtri(rng.random(count) * _LARGEST)
    )
    return drawn.round(2)


def _fill(connection: Connection, table: str, rows: pl.DataFrame) -> None:
    """Put rows in the place of those that a table holds."""
    names = ", ".join(rows.columns)
    connection.execute(f"truncate {table}".encode())
    with connection.cursor().copy(
        f"copy {table} ({names}) from stdin (format csv)".encode()
    ) as copy:
        copy.write(rows.write_csv(include_header=False))
    connection.execute(f"analyze {table}".encode())


def _faults(right: dict[str, Counter[str]]) -> Iterator[str]:
    for kind in KINDS:
        for saying in SAYINGS:
            share = right[kind.name][saying.code] / SEEDS
            if share < LEAST:
                yield f"{kind.name}: {saying.code} is right in {share:.1%}"


def _table(right: dict[str, Counter[str]], held: dict[str, Counter[str]]) -> Table:
    told = Table(
        f"right verdicts on sayings, {SEEDS} companies of a kind", *right, "interval"
    )
    for saying in SAYINGS:
        shares = [f"{right[kind.name][saying.code] / SEEDS:.1%}" for kind in KINDS]
        measured = sum(held[kind.name][saying.code] for kind in KINDS[:2])
        told.add_row(saying.code, *shares, f"{measured / (2 * SEEDS):.1%}")
    told.caption = "interval: how often it holds the truth, where data suffice"
    return told
