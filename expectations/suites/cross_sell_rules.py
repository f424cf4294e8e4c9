"""What must hold of a night of `mined.cross_sell_rules`."""

from expectations.library import ExpectationSuite, gxe
from expectations.night import Night

TYPES = ("cross_sell", "up_sell", "re_sell")
SHARES = ("support", "confidence", "q_value")


def suite(night: Night) -> ExpectationSuite:
    """Every rule once, with shares that are shares."""
    return ExpectationSuite(
        name="mined.cross_sell_rules",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeUnique(
                column="rule_id", description="Every rule is told once."
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="rule_type",
                value_set=list(TYPES),
                description="Every type is one that readers know.",
            ),
            *(
                gxe.ExpectColumnValuesToBeBetween(
                    column=column,
                    min_value=0,
                    max_value=1,
                    description=f"Every {column} lies in 0..1.",
                )
                for column in SHARES
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="order_count", min_value=1, description="A rule was seen."
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="confidence",
                column_B="support",
                or_equal=True,
                description="A rule's confidence is no less than its support.",
            ),
        ],
    )
