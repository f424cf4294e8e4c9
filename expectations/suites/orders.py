"""What must hold of the orders that a night brought to `raw`."""

from datetime import timedelta

from expectations.library import WARNING, Expectation, ExpectationSuite, gxe
from expectations.night import Night
from expectations.shares import expect_share_at_most

# An incremental night brings new orders and late changes to recent ones.
LATELY = timedelta(days=90)


def suite(night: Night) -> ExpectationSuite:
    """Volume, dates, and that most buyers are known; no rule about one row."""
    expectations: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(
            min_value=0,
            max_value=night.most_rows("orders"),
            description="A night brings no more than fifty usual nights.",
        ),
        gxe.ExpectColumnValuesToNotBeNull(
            column="order_id", description="Every order has a number."
        ),
        gxe.ExpectColumnValuesToNotBeNull(
            column="customer_id",
            mostly=0.5,
            severity=WARNING,
            description="At least half of the orders name their buyer.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="ordered_at",
            max_value=night.last_moment,
            description="No order lies after the newest business date.",
        ),
        gxe.ExpectColumnValuesToNotBeInSet(
            column="order_status",
            value_set=["cancelled"],
            mostly=0.5,
            severity=WARNING,
            description="At least half of the orders stand.",
        ),
        expect_share_at_most(
            0.5,
            of="""case
        when exists (select from raw.customers)
            then customer_id is not null and not exists (
                select from raw.customers
                where raw.customers.customer_id = checked.customer_id
            )
    end""",
            key=["order_id"],
            rows=night.batch_rows("orders"),
            description="At most half of the orders name a customer nobody knows.",
        ),
    ]
    if night.usual_rows:
        expectations.append(
            gxe.ExpectColumnValuesToBeBetween(
                column="ordered_at",
                min_value=night.last_moment - LATELY,
                mostly=0.5,
                severity=WARNING,
                description="Most of what a night brings was bought lately.",
            )
        )
    return ExpectationSuite(name="raw.orders", notes=__doc__, expectations=expectations)
