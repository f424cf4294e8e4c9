"""What must hold of `marts_next.fct_web_sessions` before it is published."""

from expectations.library import ExpectationSuite, gxe
from expectations.night import Night
from expectations.shares import expect_share_at_most

# Longer visits and more pages than these are a robot that nobody has marked.
MOST_PAGES = 1_000
LONGEST_HOURS = 12


def suite(night: Night) -> ExpectationSuite:
    """Visits look like those of people, and end after they start."""
    return ExpectationSuite(
        name="marts_next.fct_web_sessions",
        notes=__doc__,
        expectations=[
            gxe.ExpectColumnValuesToBeBetween(
                column="session_date",
                max_value=night.last_date,
                description="No visit lies after the newest business date.",
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="ended_at",
                column_B="started_at",
                or_equal=True,
                description="Every visit ends after it starts.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="page_view_count",
                min_value=1,
                max_value=MOST_PAGES,
                mostly=0.99,
                description="Hardly a visit has more than a thousand pages.",
            ),
            expect_share_at_most(
                0.01,
                of=f"ended_at - started_at > interval '{LONGEST_HOURS} hours'",
                key=["session_id"],
                description="Hardly a visit lasts longer than twelve hours.",
            ),
        ],
    )
