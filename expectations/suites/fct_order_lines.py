"""What must hold of `marts_next.fct_order_lines` before it is published.

The table holds only the lines of the orders that tonight's build computed anew.
"""

from datetime import date

from expectations.library import Expectation, ExpectationSuite, gxe
from expectations.night import Night


def suite(night: Night) -> ExpectationSuite:
    """Plausible dates and amounts; none of it needs a row to be there."""
    return ExpectationSuite(
        name="marts_next.fct_order_lines",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeBetween(
                column="order_date",
                max_value=night.last_date,
                description="No line was sold after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="order_date",
                min_value=night.first_day or date.min,
                mostly=0.95,
                description="Hardly a line was sold before the company's history.",
            ),
            *(_amounts() if night.has_shares("order_lines") else []),
        ],
    )


def _amounts() -> list[Expectation]:
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="net_amount",
            min_value=0,
            mostly=0.8,
            description="At least four of five lines were paid for, or free.",
        ),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="gross_amount",
            column_B="net_amount",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            mostly=0.9,
            description="Nine of ten lines cost no more than their list price.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="item_count",
            min_value=0,
            mostly=0.8,
            description="At least four of five lines sell rather than take back.",
        ),
    ]
