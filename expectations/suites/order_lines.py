"""What must hold of the order lines that a night brought to `raw`."""

from expectations.library import Expectation, ExpectationSuite, gxe
from expectations.night import Night
from expectations.shares import expect_share_at_most


def suite(night: Night) -> ExpectationSuite:
    """Volume, signs of amounts, and that most orders and products are known."""
    rows = night.batch_rows("order_lines")
    key = ["order_id", "line_id"]
    return ExpectationSuite(
        name="raw.order_lines",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=0,
                max_value=night.most_rows("order_lines"),
                description="A night brings no more than fifty usual nights.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="order_id", description="Every line belongs to an order."
            ),
            expect_share_at_most(
                0.1,
                of="""not exists (
        select from raw.orders where raw.orders.order_id = checked.order_id
    )""",
                key=key,
                rows=rows,
                description="At most one line in ten lacks its order.",
            ),
            expect_share_at_most(
                0.5,
                of=_PRODUCT_IS_UNKNOWN,
                key=key,
                rows=rows,
                description="At most half of the lines sell a product nobody knows.",
            ),
            *(_amounts() if night.has_shares("order_lines") else []),
        ],
    )


def _amounts() -> list[Expectation]:
    return [
        gxe.ExpectColumnValuesToBeBetween(
            column="quantity",
            min_value=0,
            mostly=0.8,
            description="At least four of five lines sell rather than take back.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="net_amount",
            min_value=0,
            mostly=0.8,
            description="At least four of five lines were paid for, or free.",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="net_amount",
            min_value=0,
            strict_min=True,
            mostly=0.2,
            description="At least one line in five costs something.",
        ),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="gross_amount",
            column_B="net_amount",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            mostly=0.9,
            description="Nine of ten lines cost no more than their list price.",
        ),
    ]


# A company without products has no unknown ones.
_PRODUCT_IS_UNKNOWN = """case
        when exists (select from raw.products)
            then not exists (
                select from raw.products
                where raw.products.product_id = checked.product_id
            )
    end"""
