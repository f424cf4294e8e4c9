"""What must hold of a night of `mined.churn_predictions`."""

from expectations.library import Column, ExpectationSuite, gxe
from expectations.night import Night

LABELS = ("no_purchase", "visits_dropped")
BANDS = ("low", "medium", "high")


def suite(night: Night) -> ExpectationSuite:
    """A probability with its band and reason, or why there is none."""
    scorable = Column("not_scorable_reason_code").is_null()
    return ExpectationSuite(
        name="mined.churn_predictions",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeInSet(
                column="label_code",
                value_set=list(LABELS),
                description="Every label is one that readers know.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="churn_probability",
                min_value=0,
                max_value=1,
                description="A probability lies in 0..1.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="risk_band",
                value_set=list(BANDS),
                description="Every band is one that readers know.",
            ),
            *(
                gxe.ExpectColumnValuesToNotBeNull(
                    column=column,
                    row_condition=scorable,
                    description=f"Who is scorable has a {column}.",
                )
                for column in ("churn_probability", "risk_band", "reason_1_code")
            ),
        ],
    )
