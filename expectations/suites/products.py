"""What must hold of the products that a night brought to `raw`."""

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night


def suite(night: Night) -> ExpectationSuite:
    """Volume, and that most products stand somewhere in the assortment."""
    return ExpectationSuite(
        name="raw.products",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=0,
                max_value=night.most_rows("products"),
                description="A night brings no more than fifty usual nights.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="product_id", description="Every product has a number."
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="category",
                mostly=0.5,
                severity=WARNING,
                description="At least half of the products have a category.",
            ),
        ],
    )
