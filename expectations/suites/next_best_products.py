"""What must hold of a night of `mined.next_best_products`."""

from expectations.library import ExpectationSuite, gxe
from expectations.night import Night

LONGEST = 10


def suite(night: Night) -> ExpectationSuite:
    """Lists that readers know, of at most ten."""
    return ExpectationSuite(
        name="mined.next_best_products",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeInSet(
                column="list",
                value_set=["new", "again"],
                description="Every list is one that readers know.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="rank",
                min_value=1,
                max_value=LONGEST,
                description=f"Ranks go from 1 to {LONGEST}.",
            ),
        ],
    )
