"""What must hold of the customers that a night brought to `raw`."""

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night


def suite(night: Night) -> ExpectationSuite:
    """Volume, dates, and that the status of most is that of a customer."""
    return ExpectationSuite(
        name="raw.customers",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=0,
                max_value=night.most_rows("customers"),
                description="A night brings no more than fifty usual nights.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="customer_id", description="Every customer has a number."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="registered_at",
                max_value=night.last_moment,
                description="Nobody registered after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="birth_year",
                min_value=night.day.year - 120,
                max_value=night.day.year,
                mostly=0.9,
                severity=WARNING,
                description="Nine of ten were born within the last 120 years.",
            ),
        ],
    )
