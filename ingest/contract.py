"""The source contract: what a company may tell, column by column.

A query per entity in the company's YAML maps whatever the company has to these
columns. Only customers, orders and order lines are required; every other entity
adds what its `enables` says. `docs/source-contract.md` is printed from here.
"""

from ingest.web_contract import WEB_EVENTS, WEB_REQUESTS
from warehouse.entity import Check, Column, Derived, Entity

CUSTOMERS = Entity(
    name="customers",
    meaning="Everyone the company knows as a customer, one row each.",
    key=("customer_id",),
    required=True,
    keeps_versions=True,
    enables="the customer dimension; segments, lifetime values, churn",
    columns=(
        Column("customer_id", "text", "The company's own number.", required=True),
        Column("household_id", "text", "Household; enables household value."),
        Column("full_name", "text", "Name.", personal="identifier"),
        Column("phone", "text", "Telephone number.", personal="identifier"),
        Column("email", "text", "E-mail address.", personal="identifier"),
        Column("street_address", "text", "Street address.", personal="identifier"),
        Column("birth_date", "date", "Day of birth.", personal="identifier"),
        Column("province", "text", "Province or state.", personal="quasi"),
        Column("district", "text", "City or district.", personal="quasi"),
        Column(
            "customer_status",
            "text",
            "active, dormant, withdrawn, merged or missing; active when empty.",
        ),
        Column("registered_at", "timestamptz", "When the membership began."),
    ),
    checks=(
        Check.one_of(
            "customer_status", ("active", "dormant", "withdrawn", "merged", "missing")
        ),
    ),
    derived=(
        Derived(
            "birth_year",
            "integer",
            source="birth_date",
            expression="extract(year from birth_date)::integer",
            meaning="Year of birth; the day stays in the vault.",
        ),
        Derived(
            "phone_hash",
            "text",
            source="phone",
            expression="regexp_replace(phone, '[^0-9+]', '', 'g')",
            meaning="Keyed hash of the telephone number's digits.",
            is_keyed=True,
        ),
        Derived(
            "email_hash",
            "text",
            source="email",
            expression="lower(trim(email))",
            meaning="Keyed hash of the e-mail address in lower case.",
            is_keyed=True,
        ),
    ),
)

CUSTOMER_MERGES = Entity(
    name="customer_merges",
    meaning="Memberships that were joined into another.",
    key=("customer_id",),
    enables="one history for a joined membership",
    looked_up_by=("merged_into_customer_id",),
    columns=(
        Column("customer_id", "text", "The number that ceased.", required=True),
        Column(
            "merged_into_customer_id", "text", "The number that goes on.", required=True
        ),
        Column("merged_at", "timestamptz", "When they were joined.", required=True),
    ),
    checks=(
        Check(
            "a customer cannot be merged into itself",
            "customer_id = merged_into_customer_id",
            ("customer_id", "merged_into_customer_id"),
        ),
    ),
)

HOUSEHOLDS = Entity(
    name="households",
    meaning="People who live together, with what is known of them.",
    key=("household_id",),
    enables="household value, demographics",
    columns=(
        Column("household_id", "text", "The household's number.", required=True),
        Column("age_band", "text", "Age group of its head.", personal="quasi"),
        Column("income_band", "text", "Yearly income group.", personal="quasi"),
        Column("home_ownership", "text", "Owner or renter.", personal="quasi"),
        Column("marital_status", "text", "Marital status.", personal="quasi"),
        Column("household_size", "text", "Persons, as a group.", personal="quasi"),
        Column("household_composition", "text", "Adults and kids.", personal="quasi"),
        Column("kids_count", "text", "Children, as a group.", personal="quasi"),
    ),
)

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
        Column("unit_cost", "numeric", "Cost of one unit, in the company's currency."),
    ),
    checks=(
        Check.one_of("quantity_unit_code", ("piece", "volume", "weight")),
        Check("unit_cost is negative", "unit_cost < 0", ("unit_cost",)),
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
        Column(
            "contact_date", "date", "Day, in the company's time zone.", required=True
        ),
        Column("contacted_at", "timestamptz", "Moment, where it is known."),
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

ORDERS = Entity(
    name="orders",
    meaning="One purchase: a receipt, an order of the web shop. One whose lines sum to"
    " less than 0 is a credit: its money counts, but it is no purchase.",
    key=("order_id",),
    required=True,
    enables="the order facts",
    looked_up_by=("customer_id", "store_id"),
    columns=(
        Column("order_id", "text", "The order's number.", required=True),
        Column("customer_id", "text", "Who bought; empty for an unknown buyer."),
        Column("store_id", "text", "Where."),
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

SHOP_ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        CUSTOMERS,
        CUSTOMER_MERGES,
        HOUSEHOLDS,
        PRODUCTS,
        STORES,
        CAMPAIGNS,
        CAMPAIGN_CONTACTS,
        CAMPAIGN_RESPONSES,
        ORDERS,
        ORDER_LINES,
        WEB_EVENTS,
    )
}
ENTITIES: dict[str, Entity] = SHOP_ENTITIES | {WEB_REQUESTS.name: WEB_REQUESTS}
