"""The simulated company into its operational database and its folder of web logs."""

import json
from collections.abc import Callable
from pathlib import Path

from demo.simulated.causes.days import Days
from demo.simulated.plan import Plan
from demo.simulated.simulation import HORIZONS, Simulation
from warehouse.connection import Connection
from warehouse.copying import copy_frame

Progress = Callable[[str, float], None]

MOST_FORETOLD = 5_000  # customers whose truth is written for every month and horizon
_LOCK = 2_023_010_120_251_231
_KEYS_SHARE = 0.1


class ShopNotEmpty(RuntimeError):
    """The database holds tables of the shop that this module did not fill."""


def load(
    connection: Connection,
    plan: Plan,
    logs: Path | None,
    progress: Progress = lambda step, share: None,
) -> dict[str, int]:
    """Fill an empty database in one transaction, and write the logs beside it.

    Parameters
    ----------
    connection : Connection
        To the shop database, as its owner, outside a transaction.
    plan : Plan
        How large the company is.
    logs : Path, optional
        Folder of the web logs; without it there are none.
    progress : callable
        Called with what has just been done and the share of the whole, 0 to 1.

    Returns
    -------
    dict of str to int
        Rows of each table, and ``weblog_lines`` where there are logs. If the same was
        loaded before, only logs that are missing are written again.

    Raises
    ------
    ShopNotEmpty
        If there are tables of the shop, but no mark of this very load.
    """
    mark = f"{plan.customers} customers, {plan.months} months, seed {plan.seed}"
    mark += ", logs" if logs else ", no logs"
    with connection.transaction():
        # A second load waits here, and then finds the mark.
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        known = _loaded_before(connection, mark)
        if known is not None:
            if logs and len(list(logs.glob("access.log-*"))) < Days.of(plan).count:
                Simulation(plan, lambda table, rows: None, logs).run(progress)
            progress("shop: loaded already", 1.0)
            return known
        _run_file(connection, "shop.sql")
        simulation = Simulation(
            plan,
            lambda table, rows: copy_frame(connection, table, rows),
            logs,
            HORIZONS if plan.customers <= MOST_FORETOLD else (),
        )
        counts = simulation.run(
            lambda month, share: progress(f"shop: {month}", share * (1 - _KEYS_SHARE))
        )
        if logs:
            counts = counts | {"weblog_lines": simulation.line_count}
        # Sorting the stamps in memory, whatever the server's setting.
        connection.execute("set local maintenance_work_mem = '256MB'")
        _run_file(connection, "shop_keys.sql")
        connection.execute("analyze")
        connection.execute(
            "insert into demo_loads (data_set, row_counts) values (%s, %s)",
            [mark, json.dumps(counts)],
        )
    progress("shop: indexes", 1.0)
    return counts


def _loaded_before(connection: Connection, mark: str) -> dict[str, int] | None:
    (has_tables,) = connection.execute(
        "select to_regclass('demo_loads') is not null or"
        " to_regclass('members') is not null"
    ).fetchone() or (False,)
    if not has_tables:
        return None
    found = connection.execute(
        "select row_counts from demo_loads where data_set = %s", [mark]
    ).fetchone()
    if found is None:
        raise ShopNotEmpty(
            f"the shop database holds tables, but no complete load of {mark}; "
            "drop the database, or name an empty one"
        )
    counts: dict[str, int] = found[0]
    return counts


def _run_file(connection: Connection, name: str) -> None:
    connection.execute(Path(__file__).with_name(name).read_bytes())
