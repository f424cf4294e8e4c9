"""What must hold of a night of `mined.customer_lifetime_values`."""

from expectations.library import Column, ExpectationSuite, gxe
from expectations.night import Night

STATUSES = ("estimated", "fallback", "not_scorable")
NEVER_NEGATIVE = (
    "frequency",
    "recency_weeks",
    "age_weeks",
    "expected_purchases",
    "expected_average_amount",
    "clv_low_amount",
)


def suite(night: Night) -> ExpectationSuite:
    """Every customer once, with values that can be."""
    estimated = Column("status") == "estimated"
    return ExpectationSuite(
        name="mined.customer_lifetime_values",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeUnique(
                column="customer_id", description="Every customer is valued once."
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="probability_alive",
                min_value=0,
                max_value=1,
                description="A probability lies in 0..1.",
            ),
            *(
                gxe.ExpectColumnValuesToBeBetween(
                    column=column,
                    min_value=0,
                    description=f"No {column} is negative.",
                )
                for column in NEVER_NEGATIVE
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="age_weeks",
                column_B="recency_weeks",
                or_equal=True,
                description="Nobody bought after the night.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="clv_high_amount",
                column_B="clv_low_amount",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                description="An interval's upper end is no less than its lower.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="status",
                value_set=list(STATUSES),
                description="Every status is one that readers know.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="clv_amount",
                row_condition=estimated,
                description="Who is estimated has a value.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="model_version",
                row_condition=estimated,
                description="A value by a model names it.",
            ),
        ],
    )
