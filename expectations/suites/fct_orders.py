"""What must hold of `marts_next.fct_orders` before it is published."""

from datetime import date

from expectations.library import ExpectationSuite, gxe
from expectations.night import Night


def suite(night: Night) -> ExpectationSuite:
    """No order lost, plausible dates and amounts, a steady average."""
    return ExpectationSuite(
        name="marts_next.fct_orders",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=night.least_rows("fct_orders", 0.95),
                description="No more than one order in twenty was lost.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="order_date",
                max_value=night.last_date,
                description="No order lies after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="order_date",
                min_value=night.first_day or date.min,
                mostly=0.99,
                description="Hardly an order lies before the company's history.",
            ),
            gxe.ExpectColumnValuesToNotBeInSet(
                column="customer_id",
                value_set=["(unknown)"],
                mostly=0.05,
                description="At least one order in twenty has a known customer.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="line_count",
                min_value=1,
                mostly=0.9,
                description="Nine of ten orders have lines.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="net_amount",
                min_value=0,
                mostly=0.7,
                description="At most three of ten orders are credits.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="gross_amount",
                column_B="net_amount",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                mostly=0.9,
                description="Nine of ten orders cost no more than their list price.",
            ),
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=_average_that_jumped(night),
                description="The average order stays within 20 times that of before.",
            ),
        ],
    )


def _average_that_jumped(night: Night) -> str:
    """Days whose average gives away a wrong unit, such as cents for dollars."""
    return f"""with days as (
    select order_date, count(*) as order_count, sum(net_amount) as net_amount
    from (select * from {{batch}}) as orders
    where order_date between date '{night.newest_day}' - 62
        and date '{night.newest_day}'
    group by order_date
), before as (
    select sum(net_amount) / nullif(sum(order_count), 0) as average
    from days
    where order_date < date '{night.newest_day}' - 6
    having sum(order_count) >= 200
)
select days.order_date
from days, before
where days.order_date >= date '{night.newest_day}' - 6
    and days.order_count >= 20
    and before.average > 0
    and days.net_amount / days.order_count
        not between before.average / 20 and before.average * 20"""
