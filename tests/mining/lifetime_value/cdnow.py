"""Purchases at CDNOW, as published by Fader & Hardie: files of the package `lifetimes`.

The files are found and not imported: the package is archived, and only what compares
speed needs its code.
"""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

SAMPLE = ("CDNOW_sample.txt", 0, ["_all", "customer_id", "order_date", "_", "amount"])
EVERYBODY = ("CDNOW_master.txt", 1, ["customer_id", "order_date", "_", "amount"])


def orders_of(published: tuple[str, int, list[str]]) -> pd.DataFrame:
    """Orders of a tenth of the customers, `SAMPLE`, or of `EVERYBODY`."""
    file, header_lines, columns = published
    spec = find_spec("lifetimes")
    assert spec is not None, "the package lifetimes is missing"
    assert spec.origin is not None
    orders = pd.read_csv(
        Path(spec.origin).parent / "datasets" / file,
        sep=r"\s+",
        names=columns,
        skiprows=header_lines,
        dtype={"customer_id": "str", "order_date": "str"},
    )
    return pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "order_date": pd.to_datetime(orders["order_date"], format="%Y%m%d"),
            "net_amount": orders["amount"],
        }
    )
