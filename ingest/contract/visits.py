"""The part of the source contract that visits are made of: web logs and events."""

from ingest.weblog.persons import (
    AT,
    CARD,
    LONG_NUMBER,
    PHONE,
    RESIDENT,
    SIGNED_TOKEN,
    TEXT_LENGTH,
    TOKEN_WORD,
)
from warehouse.entity import Check, Column, Derived, Entity

KINDS = ("human", "app", "crawler", "scanner", "monitor", "preview", "unknown")
REFERRER_CLASSES = ("none", "own", "search", "social", "email", "assistant", "other")


def _any_of(words: tuple[str, ...]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}."


WEB_REQUESTS = Entity(
    name="web_requests",
    meaning="One line of a web server's access log, without personal data.",
    key=("file_hash", "line_number"),
    enables="web sessions, page views",
    looked_up_by=("customer_id", "product_id", "order_id"),
    # what the line itself says: another rule about pages makes no other line
    told=("requested_at", "method", "status_code", "byte_count"),
    is_log=True,
    visited_at="requested_at",
    columns=(
        Column("file_hash", "text", "Hash of the file's first line.", required=True),
        Column("line_number", "bigint", "Line in the file, from 1.", required=True),
        Column("visitor_hash", "text", "Keyed hash of a cookie or address and agent."),
        Column("visitor_kind", "text", "cookie or address: how sure the visitor is."),
        Column("address_hash", "text", "Keyed hash of the truncated address."),
        Column("customer_id", "text", "Who was logged in."),
        Column("kind", "text", _any_of(KINDS), required=True),
        Column("requested_at", "timestamptz", "Moment of the request.", required=True),
        Column("method", "text", "HTTP method."),
        Column("path", "text", "Path without query string."),
        Column("page_code", "text", "What the page is, by the company's rules."),
        Column("product_id", "text", "The product it shows."),
        Column("search_term", "text", "What was searched for, without personal data."),
        Column("order_id", "text", "The order that it confirms."),
        Column("status_code", "integer", "HTTP status."),
        Column("byte_count", "bigint", "Bytes sent."),
        Column("request_milliseconds", "bigint", "Time until the answer ended."),
        Column("referrer_host", "text", "Host that linked here."),
        Column("referrer_class", "text", _any_of(REFERRER_CLASSES)),
        Column("utm_source", "text", "Who sent the visitor, as the link says."),
        Column("utm_medium", "text", "By what: email, cpc, ..., as the link says."),
        Column("utm_campaign", "text", "Campaign, as the link says."),
        Column("utm_term", "text", "Word that was paid for, as the link says."),
        Column("utm_content", "text", "Which of a campaign's links it was."),
        Column("agent_name", "text", "Family of the browser or robot."),
    ),
)


def _marked(text: str, *marks: tuple[str, str]) -> str:
    """SQL of `text` with a mark where a pattern fits; percent signs are doubled."""
    for pattern, mark in marks:
        quoted = pattern.replace("'", "''").replace("%", "%%")
        text = f"regexp_replace({text}, '{quoted}', '{mark}', 'g')"
    return text


_WORD_WITH_AT = (rf"\S*{AT}\S*", "(email)")
_NUMBERS_OF_PERSONS = tuple((each, "(number)") for each in (PHONE, RESIDENT, CARD))
_TOKEN = (SIGNED_TOKEN, "(token)")
# as `weblog.redaction` cleans those of a log; there, a card's check digit is looked at
_PATH = _marked(
    "path",
    (r"^[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*", ""),
    (r"[?#].*$", ""),
    (rf"[^/]+{AT}[^/]*(?:\.|%(?:25)*2[eE])[^/]*", "(email)"),
    *_NUMBERS_OF_PERSONS,
    _TOKEN,
)


def _campaign_parameter(name: str, meaning: str) -> Column:
    cleaned = _marked(name, _WORD_WITH_AT, *_NUMBERS_OF_PERSONS, _TOKEN)
    return Column(name, "text", meaning, cleaned=f"left({cleaned}, {TEXT_LENGTH})")


WEB_EVENTS = Entity(
    name="web_events",
    meaning="What an app or a tag manager saw of a visit: page views, and what ties a"
    " visitor to a customer. A page view that the web log has as well counts twice:"
    " map what the log does not see, such as an app's screens.",
    key=("event_id",),
    enables="web sessions, page views",
    looked_up_by=("customer_id", "product_id", "order_id"),
    visited_at="occurred_at",
    columns=(
        Column("event_id", "text", "The event's number.", required=True),
        Column(
            "visitor_id",
            "text",
            "The browser's or app's own id; where it is the web log's visitor cookie,"
            " the visitor is the same. Without one an event is in no session.",
            personal="dropped",
        ),
        Column("customer_id", "text", "Who was logged in."),
        Column("order_id", "text", "The order that it confirms."),
        Column("kind", "text", "human or app, or a robot's; human when empty."),
        Column("occurred_at", "timestamptz", "Moment of the event.", required=True),
        Column(
            "page_code",
            "text",
            "What is seen: product, search, search_failed (it found nothing), cart,"
            " checkout, order_done, other ...; empty for what is no page view.",
        ),
        Column("path", "text", "Path; host, query and persons are cut.", cleaned=_PATH),
        Column("product_id", "text", "The product that is seen."),
        Column(
            "search_term",
            "text",
            "What was searched for; without persons.",
            cleaned="nullif(btrim(left("
            + _marked(
                "search_term",
                _WORD_WITH_AT,
                _TOKEN,
                (TOKEN_WORD, "(token)"),
                (LONG_NUMBER, "(number)"),
            )
            + f", {TEXT_LENGTH})), '')",
        ),
        Column("referrer_host", "text", "Host that linked here."),
        Column("referrer_class", "text", _any_of(REFERRER_CLASSES)),
        _campaign_parameter("utm_source", "Who sent the visitor."),
        _campaign_parameter("utm_medium", "By what: email, cpc, ..."),
        _campaign_parameter("utm_campaign", "Campaign."),
        _campaign_parameter("utm_term", "Word that was paid for."),
        _campaign_parameter("utm_content", "Which of a campaign's links it was."),
    ),
    checks=(
        Check.one_of("kind", KINDS),
        Check.one_of("referrer_class", REFERRER_CLASSES),
        Check(
            "page_code is no word of a to z, 0 to 9 and _",
            "page_code !~ '^[a-z][a-z0-9_]*$'",
            ("page_code",),
        ),
        Check.not_later("occurred_at"),
    ),
    derived=(
        Derived(
            "visitor_hash",
            "text",
            source="visitor_id",
            expression="visitor_id",
            meaning="Keyed hash of the visitor's id, as of a web log's cookie.",
            is_keyed=True,
            personal="plain",
        ),
    ),
)
