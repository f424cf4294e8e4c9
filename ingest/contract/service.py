"""The part of the source contract that says what passes between sales."""

from warehouse.entity import Check, Column, Entity

INTERACTIONS = Entity(
    name="interactions",
    meaning="One contact with one customer that no other entity tells: a visit, a"
    " call, a mail, a gift, a promise.",
    key=("interaction_id",),
    enables="the timeline, unanswered mails, broken promises, cost of contacts",
    looked_up_by=("customer_id", "employee_id", "product_id"),
    columns=(
        Column("interaction_id", "text", "Number of the contact.", required=True),
        Column("customer_id", "text", "With whom.", required=True),
        Column(
            "interaction_type_code",
            "text",
            "visit, call, mail, letter, message, chat, gift, promise, review,"
            " life_event or other.",
            required=True,
        ),
        Column("direction_code", "text", "inbound: the customer began; or outbound."),
        Column("channel_code", "text", "By which channel."),
        Column("employee_id", "text", "Who for the company."),
        Column("reason_code", "text", "Why, a code of the group service."),
        Column(
            "subject_code",
            "text",
            "About what: price, date, feature; marriage, birth, moving ...",
        ),
        Column(
            "content_code",
            "text",
            "What was sent or given, so that it shows what somebody got twice.",
        ),
        Column("product_id", "text", "About which product."),
        Column("order_id", "text", "About which order."),
        Column("case_id", "text", "About which service case."),
        Column("rating", "numeric", "Stars of a review, 1 to 5."),
        Column(
            "cost_amount",
            "numeric",
            "What it cost, a gift with its goods; empty for not known.",
        ),
        Column("started_at", "timestamptz", "Moment it began.", required=True),
        Column("ended_at", "timestamptz", "Moment it ended."),
        Column(
            "due_at", "timestamptz", "Until when to answer, or to keep the promise."
        ),
        Column("done_at", "timestamptz", "When it was answered, or kept."),
    ),
    checks=(
        Check.one_of(
            "interaction_type_code",
            (
                "visit",
                "call",
                "mail",
                "letter",
                "message",
                "chat",
                "gift",
                "promise",
                "review",
                "life_event",
                "other",
            ),
        ),
        Check.one_of("direction_code", ("inbound", "outbound")),
        Check("rating is not 1 to 5", "rating not between 1 and 5", ("rating",)),
        Check("cost_amount is negative", "cost_amount < 0", ("cost_amount",)),
        Check(
            "it ends before it starts",
            "ended_at < started_at",
            ("started_at", "ended_at"),
        ),
        Check.not_later("started_at"),
    ),
)

SERVICE_CASES = Entity(
    name="service_cases",
    meaning="One complaint, fault or question, from opening to solution.",
    key=("case_id",),
    enables="open cases, promises of service, cost of service",
    looked_up_by=("customer_id", "employee_id", "product_id"),
    columns=(
        Column("case_id", "text", "Number of the case.", required=True),
        Column("customer_id", "text", "Whose.", required=True),
        Column("case_type_code", "text", "complaint, repair, question ..."),
        Column("reason_code", "text", "Why, a code of the group service."),
        Column("channel_code", "text", "By which channel it came."),
        Column("employee_id", "text", "Who solves it."),
        Column("product_id", "text", "About which product."),
        Column("order_id", "text", "About which order."),
        Column("solution_code", "text", "How it was solved."),
        Column("cost_amount", "numeric", "What it cost so far; empty for not known."),
        Column("opened_at", "timestamptz", "When it was reported.", required=True),
        Column("answered_at", "timestamptz", "When somebody first answered."),
        Column(
            "promised_at", "timestamptz", "Until when a visit or answer was promised."
        ),
        Column("visited_at", "timestamptz", "When somebody came."),
        Column("solved_at", "timestamptz", "When it was solved."),
        Column("closed_at", "timestamptz", "When it was closed, solved or not."),
    ),
    checks=(
        Check("cost_amount is negative", "cost_amount < 0", ("cost_amount",)),
        Check(
            "it is closed before it is opened",
            "closed_at < opened_at",
            ("opened_at", "closed_at"),
        ),
        Check.not_later("opened_at"),
    ),
)

REGISTRATIONS = Entity(
    name="registrations",
    meaning="One seat of one customer at a seminar, fair or course.",
    key=("registration_id",),
    enables="unconfirmed seats, what became of those who came",
    looked_up_by=("customer_id",),
    columns=(
        Column("registration_id", "text", "Number of the seat.", required=True),
        Column("customer_id", "text", "Who registered; empty for a lead."),
        Column("lead_id", "text", "Which lead registered."),
        Column("event_code", "text", "For what.", required=True),
        Column("channel_code", "text", "By which channel."),
        Column("registered_at", "timestamptz", "Moment of it.", required=True),
        Column("confirmed_at", "timestamptz", "When the company confirmed it."),
        Column("cancelled_at", "timestamptz", "When it was cancelled."),
        Column("event_starts_at", "timestamptz", "When the event begins."),
        Column("attended_at", "timestamptz", "When the customer came."),
    ),
    checks=(Check.not_later("registered_at"),),
)

SURVEYS = Entity(
    name="surveys",
    meaning="One question to one customer how something was, and its answer.",
    key=("survey_id",),
    enables="satisfaction by touchpoint",
    looked_up_by=("customer_id", "employee_id"),
    columns=(
        Column("survey_id", "text", "Number of the question.", required=True),
        Column("customer_id", "text", "Who was asked.", required=True),
        Column("question_code", "text", "What: csat, nps, ease ...", required=True),
        Column("channel_code", "text", "By which channel."),
        Column("employee_id", "text", "Whose work it is about."),
        Column("order_id", "text", "About which order."),
        Column("case_id", "text", "About which service case."),
        Column("score", "numeric", "The answer."),
        Column("highest_score", "numeric", "Best answer there is: 5, 10."),
        Column("asked_at", "timestamptz", "Moment of asking.", required=True),
        Column("answered_at", "timestamptz", "Moment of the answer."),
    ),
    checks=(
        Check(
            "the score is above the highest",
            "score > highest_score",
            ("score", "highest_score"),
        ),
        Check.not_later("asked_at"),
    ),
)
