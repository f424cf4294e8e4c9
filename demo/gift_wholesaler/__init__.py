"""A gift wholesaler: one flat table of invoice lines, and nothing else.

Made up. It shows what a company of a foreign shape needs: its YAML, and no Python.
"""

from collections.abc import Callable
from pathlib import Path

from warehouse.connection import Connection


def prepare(
    shop: Connection,
    home: Path,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> dict[str, int]:
    """Fill the shop database in one transaction, where it is not filled yet.

    Parameters
    ----------
    shop : Connection
        To the company's shop database, as its owner, outside a transaction.
    home : Path
        The company's folder; nothing is written there.
    progress : callable
        Called with what has just been done and the share of the whole, 0 to 1.

    Returns
    -------
    dict of str to int
        Rows of each table of the shop.
    """
    with shop.transaction():
        found = shop.execute("select to_regclass('invoice_lines')").fetchone()
        if found == (None,):
            shop.execute(Path(__file__).with_name("shop.sql").read_bytes())
        (count,) = shop.execute("select count(*) from invoice_lines").fetchone() or (0,)
    progress("shop: invoice_lines", 1.0)
    return {"invoice_lines": int(count)}
