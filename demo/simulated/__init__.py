"""Narubit, a simulated Korean company whose truth is known.

It has branches, a web shop, a call centre and representatives. Everything is made up,
and every number in it has a cause that `plan` names; the schema ``truth`` of the shop
database holds what is true, for tests to compare with.
"""

from collections.abc import Callable
from pathlib import Path

from warehouse.connection import Connection


def prepare(
    shop: Connection,
    home: Path,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> dict[str, int]:
    """Fill the shop database and write the web logs, where it was not done yet.

    Interrupted, it leaves an empty database, and may be called again.

    Parameters
    ----------
    shop : Connection
        To the company's shop database, as its owner, outside a transaction.
    home : Path
        The company's folder; the logs go to ``weblogs/`` in it.
    progress : callable
        Called with what has just been done and the share of the whole, 0 to 1.

    Returns
    -------
    dict of str to int
        Rows of each table of the shop, and ``weblog_lines``.

    Raises
    ------
    ShopNotEmpty
        If the database holds tables of a shop that were not loaded from here.
    """
    # Here, because who only asks which companies there are needs none of it.
    from demo.simulated.loading import load
    from demo.simulated.plan import Plan

    return load(shop, Plan(), home / "weblogs", progress)
