"""What the simulated company writes down, without a database."""

from collections.abc import Iterable, Sequence

import polars as pl

from demo.simulated.plan import Plan
from demo.simulated.simulation import Simulation

ZONE = "Asia/Seoul"


def written(
    plan: Plan, tables: Iterable[str], horizons: Sequence[int] = ()
) -> dict[str, pl.DataFrame]:
    """Let the company live, without its web.

    Parameters
    ----------
    plan : Plan
    tables : iterable of str
        Those that are kept.
    horizons : sequence of int
        As `Simulation` takes them.

    Returns
    -------
    dict of str to DataFrame
        Every version of every row, in the order in which they were written down.
    """
    kept: dict[str, list[pl.DataFrame]] = {table: [] for table in tables}

    def keep(table: str, rows: pl.DataFrame) -> None:
        if table in kept:
            kept[table].append(rows)

    Simulation(plan, keep, None, horizons).run(lambda _what, _share: None)
    return {table: pl.concat(rows) for table, rows in kept.items()}


def sold_lines(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of the orders that stand, as they were last put right.

    Parameters
    ----------
    orders, lines : DataFrame
        `orders` and `order_items`, as `written` returns them.

    Returns
    -------
    DataFrame
        Columns of `order_items`, `member_no` (null of somebody unknown) and `day`.
    """
    last = orders.unique("order_no", keep="last").filter(pl.col("state") == "done")
    told = last.select("order_no", "member_no", day=day_of("ordered_at"))
    return lines.unique(["order_no", "line_no"], keep="last").join(told, "order_no")


def day_of(moment: str) -> pl.Expr:
    """Day of the company's time zone in which the moments of a column lie."""
    return pl.col(moment).dt.convert_time_zone(ZONE).dt.date()
