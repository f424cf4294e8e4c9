"""The part of the source contract that says what is offered, where and by whom."""

from warehouse.entity import Check, Column, Entity

PRODUCTS = Entity(
    name="products",
    meaning="What is sold.",
    key=("product_id",),
    enables="categories, margin, cross-selling",
    columns=(
        Column("product_id", "text", "The product's number.", required=True),
        Column("product_name", "text", "Name as customers read it."),
        Column("department", "text", "Coarsest level of the assortment."),
        Column("category", "text", "Middle level of the assortment."),
        Column("subcategory", "text", "Finest level of the assortment."),
        Column("brand", "text", "Brand, or private and national."),
        Column("manufacturer_id", "text", "Who makes it."),
        Column("package_size", "text", "Size as printed."),
        Column(
            "quantity_unit_code",
            "text",
            "What an order line's quantity counts: piece, volume or weight;"
            " piece when empty.",
        ),
        Column("ladder_code", "text", "Products one trades up in, from step to step."),
        Column("ladder_step", "integer", "Step of its ladder, 1 the lowest."),
        Column("unit_cost", "numeric", "Cost of one unit, in the company's currency."),
        Column("list_price_amount", "numeric", "Price of one unit by the list."),
        Column("launched_date", "date", "First day of sale."),
        Column("discontinued_date", "date", "Day after the last day of sale."),
    ),
    checks=(
        Check.one_of("quantity_unit_code", ("piece", "volume", "weight")),
        Check("unit_cost is negative", "unit_cost < 0", ("unit_cost",)),
        Check("ladder_step is below 1", "ladder_step < 1", ("ladder_step",)),
        Check(
            "list_price_amount is negative",
            "list_price_amount < 0",
            ("list_price_amount",),
        ),
    ),
)

STORES = Entity(
    name="stores",
    meaning="Where is sold.",
    key=("store_id",),
    enables="store and region reports",
    columns=(
        Column("store_id", "text", "The store's number.", required=True),
        Column("store_name", "text", "Name."),
        Column("province", "text", "Province or state."),
        Column("district", "text", "City or district."),
    ),
)

CHANNELS = Entity(
    name="channels",
    meaning="Ways by which company and customer meet.",
    key=("channel_code",),
    enables="channel mix, cost of a channel",
    columns=(
        Column(
            "channel_code", "text", "Code, as other entities have it.", required=True
        ),
        Column("channel_name", "text", "Name."),
        Column("channel_group_code", "text", "Coarser: store, web, call_centre ..."),
        Column("is_online", "boolean", "Whether nobody has to go or to speak."),
    ),
)

REASONS = Entity(
    name="reasons",
    meaning="What the company's own reason codes mean.",
    key=("reason_group_code", "reason_code"),
    enables="reasons in words",
    columns=(
        Column(
            "reason_group_code",
            "text",
            "What it is a reason of: service, return, quote or lead.",
            required=True,
        ),
        Column("reason_code", "text", "Code, as the entity has it.", required=True),
        Column("reason_name", "text", "Name in English or the company's own language."),
        Column("reason_name_ko", "text", "Name in Korean."),
        Column("meaning", "text", "What it says, in a sentence."),
        Column("suggested_action", "text", "What to do about it."),
        Column(
            "is_self_solvable", "boolean", "Whether a customer could solve it alone."
        ),
    ),
    checks=(Check.one_of("reason_group_code", ("service", "return", "quote", "lead")),),
)

EMPLOYEES = Entity(
    name="employees",
    meaning="Who works with customers; no names, which the warehouse does not need.",
    key=("employee_id",),
    keeps_versions=True,
    enables="productivity, hand-over of customers",
    columns=(
        Column("employee_id", "text", "The employee's number.", required=True),
        Column("job_code", "text", "sales, call_centre, engineer, store ..."),
        Column("team_code", "text", "Team, in the company's codes."),
        Column("store_id", "text", "Branch."),
        Column("manager_employee_id", "text", "Who leads."),
        Column(
            "employee_status",
            "text",
            "active, on_leave or resigned; active when empty.",
        ),
        Column("joined_date", "date", "First day of work."),
        Column("resigned_date", "date", "Last day of work."),
    ),
    checks=(Check.one_of("employee_status", ("active", "on_leave", "resigned")),),
)

CAMPAIGNS = Entity(
    name="campaigns",
    meaning="Planned approaches to customers.",
    key=("campaign_id",),
    enables="campaign results",
    columns=(
        Column("campaign_id", "text", "The campaign's number.", required=True),
        Column("campaign_name", "text", "Name."),
        Column("campaign_type", "text", "The company's own kind of campaign."),
        Column("start_date", "date", "First day."),
        Column("end_date", "date", "Last day."),
        Column("budget_amount", "numeric", "Planned cost, in the company's currency."),
    ),
    checks=(
        Check(
            "the campaign ends before it starts",
            "end_date < start_date",
            ("start_date", "end_date"),
        ),
        Check("budget_amount is negative", "budget_amount < 0", ("budget_amount",)),
    ),
)

CAMPAIGN_CONTACTS = Entity(
    name="campaign_contacts",
    meaning="One approach to one customer for a campaign.",
    key=("contact_id",),
    enables="contact pressure, response rates",
    looked_up_by=("customer_id",),
    columns=(
        Column("contact_id", "text", "Number of the contact.", required=True),
        Column("campaign_id", "text", "For which campaign.", required=True),
        Column("customer_id", "text", "Who was approached.", required=True),
        Column("channel_code", "text", "By which channel."),
        Column("content_code", "text", "What was sent: offer, letter, version."),
        Column(
            "assignment_code",
            "text",
            "How the customer came to it: targeted, by a rule, or randomised, by lot.",
        ),
        Column(
            "arm_code",
            "text",
            "Arm of a trial, in the company's codes; holdout for who is deliberately"
            " not approached, to compare with.",
        ),
        Column("cost_amount", "numeric", "What the approach cost."),
        Column(
            "contact_date", "date", "Day, in the company's time zone.", required=True
        ),
        Column("contacted_at", "timestamptz", "Moment, where it is known."),
    ),
    checks=(
        Check.one_of("assignment_code", ("targeted", "randomised")),
        Check("cost_amount is negative", "cost_amount < 0", ("cost_amount",)),
    ),
)

CAMPAIGN_RESPONSES = Entity(
    name="campaign_responses",
    meaning="One answer of a customer to a campaign, such as a redeemed coupon.",
    key=("response_id",),
    enables="response rates, campaign results",
    columns=(
        Column("response_id", "text", "Number of the response.", required=True),
        Column("campaign_id", "text", "To which campaign.", required=True),
        Column("customer_id", "text", "Who responded.", required=True),
        Column("response_type_code", "text", "redeemed, clicked, called ..."),
        Column("coupon_id", "text", "The coupon, where there is one."),
        Column("order_id", "text", "The order it led to, where it is known."),
        Column(
            "response_date", "date", "Day, in the company's time zone.", required=True
        ),
        Column("responded_at", "timestamptz", "Moment, where it is known."),
    ),
)
