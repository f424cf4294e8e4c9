"""The part of the source contract that says what was sold, and what came of it."""

from ingest.contract.customers import PHONE_DIGITS, PLAIN_EMAIL
from warehouse.entity import Check, Column, Derived, Entity

ORDERS = Entity(
    name="orders",
    meaning="One purchase: a receipt, an order of the web shop. One whose lines sum to"
    " less than 0 is a credit: its money counts, but it is no purchase.",
    key=("order_id",),
    required=True,
    enables="the order facts",
    looked_up_by=("customer_id", "store_id", "employee_id"),
    columns=(
        Column("order_id", "text", "The order's number.", required=True),
        Column("customer_id", "text", "Who bought; empty for an unknown buyer."),
        Column("store_id", "text", "Where."),
        Column("employee_id", "text", "Who sold it."),
        Column("channel_code", "text", "store, web, phone ..."),
        Column("order_status", "text", "completed or cancelled; completed when empty."),
        Column("ordered_at", "timestamptz", "Moment of the purchase.", required=True),
        Column("cancelled_at", "timestamptz", "Moment of cancelling."),
        Column("shipping_amount", "numeric", "What delivery cost the customer."),
    ),
    checks=(
        Check.one_of("order_status", ("completed", "cancelled")),
        Check.not_later("ordered_at"),
    ),
)

ORDER_LINES = Entity(
    name="order_lines",
    meaning="One product of an order.",
    key=("order_id", "line_id"),
    required=True,
    enables="the order line facts, baskets",
    looked_up_by=("product_id",),
    columns=(
        Column("order_id", "text", "The order's number.", required=True),
        Column("line_id", "text", "Number of the line in its order.", required=True),
        Column("product_id", "text", "What was bought.", required=True),
        Column(
            "quantity",
            "numeric",
            "Units, in the product's quantity_unit_code.",
            required=True,
        ),
        Column("gross_amount", "numeric", "List price times quantity."),
        Column("discount_amount", "numeric", "The company's discount, positive."),
        Column("net_amount", "numeric", "What was paid.", required=True),
        Column("coupon_amount", "numeric", "Part of it that a third party refunds."),
        Column("unit_cost", "numeric", "Cost of one unit on the day."),
    ),
)

PAYMENTS = Entity(
    name="payments",
    meaning="One sum that is or was due for an order.",
    key=("payment_id",),
    enables="late and unpaid bills",
    looked_up_by=("order_id", "customer_id"),
    columns=(
        Column("payment_id", "text", "Number of the payment.", required=True),
        Column("order_id", "text", "For which order.", required=True),
        Column("customer_id", "text", "Who pays, where it is not the order's."),
        Column("payment_method_code", "text", "card, transfer, account ..."),
        Column("payment_status", "text", "due, paid, failed or waived."),
        Column("due_amount", "numeric", "What is to be paid.", required=True),
        Column("paid_amount", "numeric", "What was paid so far."),
        Column("due_date", "date", "Last day for paying."),
        Column("billed_at", "timestamptz", "Moment of the bill.", required=True),
        Column("paid_at", "timestamptz", "Moment of the last payment."),
    ),
    checks=(
        Check.one_of("payment_status", ("due", "paid", "failed", "waived")),
        Check.not_later("billed_at"),
    ),
)

RETURNS = Entity(
    name="returns",
    meaning="One line of an order, or a part of it, that came back.",
    key=("return_id",),
    enables="net money, reasons of returns",
    looked_up_by=("order_id", "customer_id"),
    columns=(
        Column("return_id", "text", "Number of the return.", required=True),
        Column("order_id", "text", "Of which order.", required=True),
        Column("line_id", "text", "Which line; empty for money alone."),
        Column("customer_id", "text", "Who returned, where the order says nobody."),
        Column("channel_code", "text", "By which channel."),
        Column("reason_code", "text", "Why, a code of the group return."),
        Column("quantity", "numeric", "Units that came back."),
        Column("refund_amount", "numeric", "What was paid back.", required=True),
        Column(
            "is_restocked",
            "boolean",
            "Whether the goods can be sold again, so that they cost nothing;"
            " not when empty.",
        ),
        Column(
            "returned_at", "timestamptz", "When the money went back.", required=True
        ),
    ),
    checks=(
        Check("refund_amount is negative", "refund_amount < 0", ("refund_amount",)),
        Check("quantity is negative", "quantity < 0", ("quantity",)),
        Check.not_later("returned_at"),
    ),
)

QUOTES = Entity(
    name="quotes",
    meaning="One product in an offer to one customer.",
    key=("quote_id", "line_id"),
    enables="prices offered, quotes that contradict each other, won and lost offers",
    looked_up_by=("customer_id", "employee_id", "product_id"),
    columns=(
        Column("quote_id", "text", "Number of the offer.", required=True),
        Column("line_id", "text", "Number of the line in it.", required=True),
        Column("customer_id", "text", "To whom.", required=True),
        Column("employee_id", "text", "Who offered."),
        Column("product_id", "text", "What."),
        Column("channel_code", "text", "By which channel."),
        Column("quote_status", "text", "open, won, lost or expired; open when empty."),
        Column("reason_code", "text", "Why it was lost, a code of the group quote."),
        Column("order_id", "text", "The order that it became."),
        Column("quantity", "numeric", "Units."),
        Column("unit_price_amount", "numeric", "Price of one unit.", required=True),
        Column("valid_until_date", "date", "Last day on which it holds."),
        Column("quoted_at", "timestamptz", "Moment of offering.", required=True),
        Column("decided_at", "timestamptz", "When it was won or lost."),
    ),
    checks=(
        Check.one_of("quote_status", ("open", "won", "lost", "expired")),
        Check(
            "unit_price_amount is negative",
            "unit_price_amount < 0",
            ("unit_price_amount",),
        ),
        Check.not_later("quoted_at"),
    ),
)

LEADS = Entity(
    name="leads",
    meaning="One person who may become a customer: a card, a form, a call.",
    key=("lead_id",),
    enables="what leads become, which of them are customers already",
    looked_up_by=(
        "customer_id",
        "employee_id",
        "product_id",
        "campaign_id",
        "phone_hash",
        "email_hash",
    ),
    columns=(
        Column("lead_id", "text", "Number of the lead.", required=True),
        Column("lead_source_code", "text", "Where from: fair, web_form, call ..."),
        Column("campaign_id", "text", "Of which campaign."),
        Column("customer_id", "text", "Which customer it is, where that is known."),
        Column("employee_id", "text", "Who follows it up."),
        Column("phone", "text", "Telephone number.", personal="dropped"),
        Column("email", "text", "E-mail address.", personal="dropped"),
        Column("account_name", "text", "Firm."),
        Column("product_id", "text", "What it is about."),
        Column("lead_status", "text", "new, contacted, qualified, won or lost."),
        Column("reason_code", "text", "Why it was lost, a code of the group lead."),
        Column("order_id", "text", "The order that it became."),
        Column("expected_amount", "numeric", "What it may bring."),
        Column("received_at", "timestamptz", "Moment it came.", required=True),
        Column("contacted_at", "timestamptz", "When it was first spoken to."),
        Column("qualified_at", "timestamptz", "When it was found worth while."),
        Column("decided_at", "timestamptz", "When it was won or lost."),
    ),
    checks=(
        Check.one_of("lead_status", ("new", "contacted", "qualified", "won", "lost")),
        Check.not_later("received_at"),
    ),
    derived=(
        Derived(
            "phone_hash",
            "text",
            source="phone",
            expression=PHONE_DIGITS,
            meaning="Keyed hash of the telephone number's digits, as of customers.",
            is_keyed=True,
        ),
        Derived(
            "email_hash",
            "text",
            source="email",
            expression=PLAIN_EMAIL,
            meaning="Keyed hash of the e-mail address, as of customers.",
            is_keyed=True,
        ),
    ),
)
