"""The part of the source contract that says who customers are, and who with whom."""

from warehouse.entity import Check, Column, Derived, Entity

# the same in every entity, so that the same number or address has the same hash; a
# dash or a blank is nobody's
PHONE_DIGITS = "nullif(regexp_replace(phone, '[^0-9+]', '', 'g'), '')"
PLAIN_EMAIL = "nullif(lower(trim(email)), '')"

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
        Column("account_id", "text", "Account that the person buys for."),
        Column("employee_id", "text", "Who looks after the customer."),
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
    looked_up_by=("household_id", "account_id"),
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
            expression=PHONE_DIGITS,
            meaning="Keyed hash of the telephone number's digits.",
            is_keyed=True,
        ),
        Derived(
            "email_hash",
            "text",
            source="email",
            expression=PLAIN_EMAIL,
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
    keeps_versions=True,
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

ACCOUNTS = Entity(
    name="accounts",
    meaning="Firms and other bodies that customers buy for.",
    key=("account_id",),
    keeps_versions=True,
    enables="business customers, value of an account",
    columns=(
        Column("account_id", "text", "The account's number.", required=True),
        Column("account_name", "text", "Name of the firm."),
        Column("account_type_code", "text", "consumer, corporate or partner."),
        Column("industry_code", "text", "Industry, in the company's codes."),
        Column("province", "text", "Province or state."),
        Column("district", "text", "City or district."),
        Column("employee_id", "text", "Who looks after the account."),
    ),
    checks=(Check.one_of("account_type_code", ("consumer", "corporate", "partner")),),
)

CONSENTS = Entity(
    name="consents",
    meaning="One statement of a customer about being contacted. What is told of two"
    " memberships that were joined counts for both, the stricter first.",
    key=("customer_id", "channel_code", "purpose_code", "changed_at"),
    enables="who may be contacted, when, and the proof",
    looked_up_by=("customer_id",),
    columns=(
        Column("customer_id", "text", "Who said it.", required=True),
        Column(
            "channel_code",
            "text",
            "sms, kakao, email, app_push, phone or post; all for every one.",
            required=True,
        ),
        Column(
            "purpose_code",
            "text",
            "data_use, advertising or night_advertising (21 to 8 o'clock).",
            required=True,
        ),
        Column(
            "consent_state",
            "text",
            "granted, refused or withdrawn; empty counts as not granted.",
        ),
        Column("changed_at", "timestamptz", "Moment of saying it.", required=True),
        Column("consent_source_code", "text", "Where: web, store, call_centre ..."),
        Column("notice_version", "text", "Version of the text that was agreed to."),
    ),
    checks=(
        Check.one_of(
            "channel_code",
            ("sms", "kakao", "email", "app_push", "phone", "post", "all"),
        ),
        Check.one_of("purpose_code", ("data_use", "advertising", "night_advertising")),
        Check.one_of("consent_state", ("granted", "refused", "withdrawn")),
        Check.not_later("changed_at"),
    ),
)

REFERRALS = Entity(
    name="referrals",
    meaning="One person brought by a customer.",
    key=("referral_id",),
    enables="referred customers, value that customers bring",
    looked_up_by=("customer_id", "referred_customer_id"),
    columns=(
        Column("referral_id", "text", "Number of the referral.", required=True),
        Column("customer_id", "text", "Who referred.", required=True),
        Column("referred_customer_id", "text", "Who came; empty until somebody does."),
        Column("channel_code", "text", "By which channel."),
        Column("reward_amount", "numeric", "What the referrer got for it."),
        Column("referred_at", "timestamptz", "Moment of referring.", required=True),
        Column("joined_at", "timestamptz", "When the referred became a customer."),
    ),
    checks=(
        Check(
            "a customer cannot refer itself",
            "customer_id = referred_customer_id",
            ("customer_id", "referred_customer_id"),
        ),
        Check("reward_amount is negative", "reward_amount < 0", ("reward_amount",)),
        Check.not_later("referred_at"),
    ),
)
