"""What must hold of `marts_next.customer_days` before it is published."""

from datetime import date

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night

# More orders of one customer in a day are a till's own number, not a person.
MOST_ORDERS = 50


def suite(night: Night) -> ExpectationSuite:
    """Plausible dates and counts: the miners sum from here."""
    return ExpectationSuite(
        name="marts_next.customer_days",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=night.least_rows("customer_days", 0.95),
                description="No more than one day in twenty was lost.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="activity_date",
                max_value=night.last_date,
                description="Nothing happened after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="activity_date",
                min_value=night.first_day or date.min,
                mostly=0.99,
                description="Hardly anything happened before the company's history.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="order_count",
                min_value=0,
                max_value=MOST_ORDERS,
                mostly=0.999,
                severity=WARNING,
                description="Hardly a customer orders more than fifty times a day.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="net_amount",
                min_value=0,
                mostly=0.7,
                description="Seven of ten days brought money, or none.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="line_count",
                column_B="order_count",
                or_equal=True,
                mostly=0.9,
                description="On nine of ten days orders had a line each at least.",
            ),
        ],
    )
