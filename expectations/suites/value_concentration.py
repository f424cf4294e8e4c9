"""What must hold of `marts_next.value_concentration` before it is published."""

from itertools import pairwise

from expectations.library import Column, ExpectationSuite, gxe
from expectations.night import Night

SHARES = [f"top_{percent}_share" for percent in (1, 5, 10, 15, 20)]


def suite(night: Night) -> ExpectationSuite:
    """Shares are shares and grow with the group that is counted.

    Only of sales: a margin may be negative, and its shares then are none.
    """
    sales = Column("measure_code") == "net_amount"
    return ExpectationSuite(
        name="marts_next.value_concentration",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeBetween(
                column="month_start_date",
                max_value=night.last_date,
                description="No month begins after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="customer_count",
                min_value=1,
                description="Every month has customers.",
            ),
            *(
                gxe.ExpectColumnValuesToBeBetween(
                    column=column,
                    min_value=0,
                    max_value=1,
                    mostly=0.9,
                    row_condition=sales,
                    description=f"Nearly every {column} of sales lies in 0..1.",
                )
                for column in [*SHARES, "gini"]
            ),
            *(
                gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                    column_A=larger,
                    column_B=smaller,
                    or_equal=True,
                    ignore_row_if="either_value_is_missing",
                    row_condition=sales,
                    description=f"Column {larger} is no less than {smaller}.",
                )
                for smaller, larger in pairwise(SHARES)
            ),
        ],
    )
