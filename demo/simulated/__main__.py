"""Simulate a company of any size into the empty database that ``SHOP_URL`` names."""

import argparse
import os
import sys
import time
from pathlib import Path

import psycopg

from demo.simulated.loading import load
from demo.simulated.plan import Plan


def main() -> None:
    """Read the size from the arguments; the URL, which has a password, is none."""
    told = argparse.ArgumentParser(prog="python -m demo.simulated", description=__doc__)
    told.add_argument("--customers", type=int, default=1_000)
    told.add_argument("--months", type=int, default=36)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--logs", type=Path, default=Path("weblogs"), help="their folder")
    told.add_argument("--no-logs", action="store_true")
    wanted = told.parse_args()
    url = os.environ.get("SHOP_URL")
    if not url:
        told.error("SHOP_URL is not set; it holds the URL of an empty database")
    plan = Plan(wanted.customers, wanted.months, wanted.seed)
    begun = time.monotonic()
    with psycopg.connect(url, options="-c TimeZone=UTC", autocommit=True) as shop:
        counts = load(shop, plan, None if wanted.no_logs else wanted.logs, _tell)
    rows = sum(counts.values())
    sys.stdout.write(f"{rows:,} rows and lines in {time.monotonic() - begun:.0f} s\n")


def _tell(step: str, share: float) -> None:
    sys.stderr.write(f"\r{share:5.0%} {step:<30}")


if __name__ == "__main__":
    main()
