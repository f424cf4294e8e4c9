"""What must hold of the web requests and events that a night brought to `raw`."""

from expectations.library import WARNING, Expectation, ExpectationSuite, gxe
from expectations.night import Night
from expectations.shares import expect_share_at_most

KINDS = ["human", "app", "crawler", "scanner", "monitor", "preview", "unknown"]
E_MAIL = r"[A-Za-z0-9._+-]+(@|%40)[A-Za-z0-9-]+\.[A-Za-z]{2,}"


def requests_suite(night: Night) -> ExpectationSuite:
    """Volume, kinds of visitors, and no personal data; bots are no fault."""
    rows = night.batch_rows("web_requests")
    key = ["file_hash", "line_number"]
    return ExpectationSuite(
        name="raw.web_requests",
        notes=__doc__,
        expectations=[
            gxe.ExpectTableRowCountToBeBetween(
                min_value=0,
                max_value=night.most_rows("web_requests"),
                description="A night brings no more than fifty usual nights.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="requested_at",
                max_value=night.last_moment,
                description="No request lies after the newest business date.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=KINDS,
                description="Every request has a kind from the list.",
            ),
            gxe.ExpectColumnValuesToNotBeInSet(
                column="kind",
                value_set=["unknown"],
                mostly=0.5,
                description="At least half of the requests could be given a kind.",
            ),
            gxe.ExpectColumnValuesToBeInSet(
                column="kind",
                value_set=["human", "app"],
                mostly=0.05,
                severity=WARNING,
                description="At least one request in twenty is a person's.",
            ),
            gxe.ExpectColumnValuesToNotBeNull(
                column="visitor_hash",
                mostly=0.9,
                description="Nine of ten requests tell one visitor from another.",
            ),
            gxe.ExpectColumnValuesToBeBetween(
                column="status_code",
                min_value=0,
                max_value=499,
                mostly=0.5,
                severity=WARNING,
                description="The server answered at least half of the requests.",
            ),
            *_names_nobody(),
            expect_share_at_most(
                0.99,
                of="page_code is null",
                key=key,
                rows=f"{rows} and kind in ('human', 'app') and status_code < 400",
                is_warning=True,
                description="The company's page rules fit some of its pages.",
            ),
            _logins_are_known(rows, key),
        ],
    )


def events_suite(night: Night) -> ExpectationSuite:
    """Volume, visitors told apart, and no personal data."""
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
            *_names_nobody(),
            _logins_are_known(night.batch_rows("web_events"), ["event_id"]),
        ],
    )


def _names_nobody() -> list[Expectation]:
    return [
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
    ]


def _logins_are_known(rows: str, key: list[str]) -> Expectation:
    return expect_share_at_most(
        0.5,
        of="""not exists (
        select from raw.customers
        where raw.customers.customer_id = checked.customer_id
    )""",
        key=key,
        rows=f"{rows} and customer_id is not null",
        is_warning=True,
        description="At least half of the logins belong to a known customer.",
    )
