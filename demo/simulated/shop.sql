-- The operational database of a company with branches, a web shop, a call centre and
-- representatives. What changes is kept as a journal: a row a version, with the moment
-- at which it was written down as changed_at, and nothing later in it.

create table branches (
    branch_no integer not null,
    branch_name text not null,
    sido text not null,
    sigungu text not null,
    changed_at timestamptz not null
);

create table sales_channels (
    code text not null,
    label text not null,
    kind text not null,
    is_online boolean not null,
    changed_at timestamptz not null
);

create table reason_codes (
    group_code text not null,
    code text not null,
    label text not null,
    label_ko text not null,
    meaning text not null,
    action text not null,
    self_service boolean not null,
    changed_at timestamptz not null
);

create table staff (
    staff_no integer not null,
    job text not null,
    team text not null,
    branch_no integer,
    leader_no integer,
    state text not null,
    hired_on date not null,
    left_on date,
    changed_at timestamptz not null
);

create table corporations (
    corp_no integer not null,
    corp_name text not null,
    corp_kind text not null,
    industry text not null,
    sido text not null,
    sigungu text not null,
    staff_no integer,
    changed_at timestamptz not null
);

create table households (
    household_no integer not null,
    head_age text not null,
    income text not null,
    housing text not null,
    marital text not null,
    members text not null,
    composition text not null,
    children text not null,
    changed_at timestamptz not null
);

create table members (
    member_no integer not null,
    household_no integer,
    corp_no integer,
    staff_no integer,
    full_name text not null,
    mobile text not null,
    email text not null,
    address text,
    born_on date not null,
    sido text,
    sigungu text,
    state text not null,
    joined_at timestamptz not null,
    changed_at timestamptz not null
);

create table membership_joins (
    member_no integer not null,
    kept_member_no integer not null,
    joined_at timestamptz not null,
    changed_at timestamptz not null
);

create table consent_records (
    member_no integer not null,
    channel text not null,
    purpose text not null,
    answer text,
    said_at timestamptz not null,
    source text not null,
    notice text not null,
    changed_at timestamptz not null
);

create table goods (
    goods_no integer not null,
    goods_name text not null,
    department text not null,
    category text not null,
    subcategory text not null,
    brand text not null,
    maker_no integer not null,
    ladder text,
    ladder_step integer,
    cost integer not null,
    list_price integer not null,
    launched_on date not null,
    ended_on date,
    changed_at timestamptz not null
);

create table campaigns (
    campaign_no integer not null,
    title text not null,
    kind text not null,
    starts_on date not null,
    ends_on date not null,
    budget bigint not null,
    changed_at timestamptz not null
);

create table campaign_contacts (
    contact_no bigint not null,
    campaign_no integer not null,
    member_no integer not null,
    channel text not null,
    content text not null,
    assignment text not null,
    arm text not null,
    cost integer not null,
    contacted_on date not null,
    contacted_at timestamptz,
    changed_at timestamptz not null
);

create table campaign_answers (
    answer_no bigint not null,
    campaign_no integer not null,
    member_no integer not null,
    kind text not null,
    coupon_no text,
    order_no bigint,
    answered_at timestamptz not null,
    changed_at timestamptz not null
);

create table orders (
    order_no bigint not null,
    member_no integer,
    branch_no integer,
    staff_no integer,
    channel text not null,
    state text not null,
    ordered_at timestamptz not null,
    cancelled_at timestamptz,
    shipping_fee integer not null,
    changed_at timestamptz not null
);

create table order_items (
    order_no bigint not null,
    line_no smallint not null,
    goods_no integer not null,
    quantity integer not null,
    list_amount bigint not null,
    discount bigint not null,
    paid_amount bigint not null,
    unit_cost integer not null,
    changed_at timestamptz not null
);

create table bills (
    bill_no bigint not null,
    order_no bigint not null,
    member_no integer,
    method text not null,
    state text not null,
    due_amount bigint not null,
    paid_amount bigint not null,
    due_on date not null,
    billed_at timestamptz not null,
    paid_at timestamptz,
    changed_at timestamptz not null
);

create table takebacks (
    return_no bigint not null,
    order_no bigint not null,
    line_no smallint not null,
    member_no integer,
    channel text,
    reason text not null,
    quantity integer not null,
    refund bigint not null,
    is_restocked boolean not null,
    returned_at timestamptz not null,
    changed_at timestamptz not null
);

create table quotations (
    quote_no bigint not null,
    line_no smallint not null,
    member_no integer not null,
    staff_no integer,
    goods_no integer not null,
    channel text not null,
    state text not null,
    reason text,
    order_no bigint,
    quantity integer not null,
    unit_price bigint not null,
    valid_until_on date not null,
    quoted_at timestamptz not null,
    decided_at timestamptz,
    changed_at timestamptz not null
);

create table leads (
    lead_no bigint not null,
    source text not null,
    campaign_no integer,
    member_no integer,
    staff_no integer,
    full_name text not null,
    mobile text not null,
    email text not null,
    company text,
    goods_no integer,
    state text not null,
    reason text,
    order_no bigint,
    expected_amount bigint not null,
    received_at timestamptz not null,
    contacted_at timestamptz,
    qualified_at timestamptz,
    decided_at timestamptz,
    changed_at timestamptz not null
);

create table contact_log (
    contact_no bigint not null,
    member_no integer not null,
    kind text not null,
    direction text,
    channel text,
    staff_no integer,
    reason text,
    subject text,
    content text,
    goods_no integer,
    order_no bigint,
    case_no bigint,
    stars smallint,
    cost integer not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    due_at timestamptz,
    done_at timestamptz,
    is_deleted boolean not null,
    changed_at timestamptz not null
);

create table service_cases (
    case_no bigint not null,
    member_no integer not null,
    kind text not null,
    reason text not null,
    channel text not null,
    staff_no integer,
    goods_no integer,
    order_no bigint,
    solution text,
    cost integer not null,
    opened_at timestamptz not null,
    answered_at timestamptz,
    promised_at timestamptz,
    visited_at timestamptz,
    solved_at timestamptz,
    closed_at timestamptz,
    changed_at timestamptz not null
);

create table seats (
    seat_no bigint not null,
    member_no integer,
    lead_no bigint,
    event_code text not null,
    channel text not null,
    registered_at timestamptz not null,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    event_starts_at timestamptz not null,
    attended_at timestamptz,
    changed_at timestamptz not null
);

create table surveys (
    survey_no bigint not null,
    member_no integer not null,
    question text not null,
    channel text not null,
    staff_no integer,
    order_no bigint,
    case_no bigint,
    score smallint,
    highest smallint not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    changed_at timestamptz not null
);

create table recommendations (
    referral_no bigint not null,
    member_no integer not null,
    new_member_no integer,
    channel text not null,
    reward integer,
    referred_at timestamptz not null,
    joined_at timestamptz,
    changed_at timestamptz not null
);

create table app_events (
    event_no text not null,
    installation text not null,
    customer_no text,
    seen_at timestamptz not null,
    screen text not null,
    product_no text,
    keyword text,
    order_no text,
    campaign text,
    changed_at timestamptz not null
);

-- What is true, by the causes themselves. Nothing that reads the company reads this.
create schema truth;

create table truth.months (
    month_on date not null,
    gross_amount bigint not null,
    discount_amount bigint not null,
    cost_of_goods_amount bigint not null,
    refund_amount bigint not null,
    contact_cost_amount bigint not null,
    service_cost_amount bigint not null,
    gift_amount bigint not null,
    purchase_count bigint not null,
    profit_amount bigint not null,
    active_customer_count bigint not null,
    active_member_count bigint not null,
    dormant_member_count bigint not null,
    withdrawn_member_count bigint not null,
    merged_member_count bigint not null,
    household_count bigint not null,
    open_case_count bigint not null,
    changed_at timestamptz not null
);

create table truth.customers (
    member_no integer not null,
    gap_shape double precision not null,
    mean_gap_days double precision not null,
    mean_extra_lines double precision not null,
    daily_hazard double precision not null,
    response_trait double precision not null,
    left_on date,
    changed_at timestamptz not null
);

create table truth.customer_months (
    member_no integer not null,
    cutoff_on date not null,
    horizon_days smallint not null,
    no_purchase_probability double precision not null,
    expected_purchases double precision not null,
    expected_net_amount double precision not null,
    expected_margin_amount double precision not null,
    changed_at timestamptz not null
);

create table truth.triggers (
    kind text not null,
    member_no integer not null,
    met_on date not null,
    has_left boolean not null,
    changed_at timestamptz not null
);

create table truth.planted (
    kind text not null,
    is_near_miss boolean not null,
    key text not null,
    member_no integer,
    detail text,
    changed_at timestamptz not null
);

create table truth.pairs (
    first_category text not null,
    second_category text not null,
    odds_ratio double precision not null,
    changed_at timestamptz not null
);

create table truth.leaving (
    kind text not null,
    leaving_probability double precision not null,
    changed_at timestamptz not null
);

create table truth.campaigns (
    campaign_no integer not null,
    weakest_effect double precision not null,
    strongest_effect double precision not null,
    leaving_probability double precision not null,
    hazard_factor double precision not null,
    changed_at timestamptz not null
);

-- One row, written in the transaction that fills everything above.
create table demo_loads (
    data_set text primary key,
    row_counts json not null,
    loaded_at timestamptz not null default now()
);
