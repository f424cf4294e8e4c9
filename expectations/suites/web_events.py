"""What must hold of the web events that a night brought to `raw`."""

from expectations.library import WARNING, ExpectationSuite, gxe
from expectations.night import Night
from expectations.shares import expect_share_at_most
from expectations.suites.web_requests import E_MAIL


def suite(night: Night) -> ExpectationSuite:
    """Volume, visitors told apart, and no personal data."""
    rows = night.batch_rows("web_events")
    return ExpectationSuite(
        name="raw.web_events",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=0,
                max_value=night.most_rows("web_events"),
                description="A night brings no more than fifty usual nights.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="occurred_at",
                max_value=night.last_moment,
                description="No event lies after the newest business date.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="visitor_hash",
                mostly=0.5,
                severity=WARNING,
                description="At least half of the events tell who the visitor is.",
            ),
            gxe.ExpectColumnValuesToNotMatchRegex(
                column="search_term",
                regex=E_MAIL,
                description="No search term holds an e-mail address.",
            ),
            gxe.ExpectColumnValuesToNotMatchRegex(
                column="path",
                regex=E_MAIL,
                severity=WARNING,
                description="No path holds an e-mail address.",
            ),
            expect_share_at_most(
                0.5,
                of="""not exists (
        select from raw.customers
        where raw.customers.customer_id = checked.customer_id
    )""",
                key=["event_id"],
                rows=f"{rows} and customer_id is not null",
                is_warning=True,
                description="At least half of the logins belong to a known customer.",
            ),
        ],
    )
