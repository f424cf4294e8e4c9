-- The operational database of a grocer: what its tills, its loyalty programme and its
-- mailing house work on. Keys, foreign keys and indexes follow in shop_keys.sql,
-- because filling a table that has them takes three times as long.

create table households (
    household_no text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

-- What a questionnaire told; two of three households never answered it.
create table household_profiles (
    household_no text not null,
    age_group text,
    income_group text,
    housing text,
    marital_status text,
    size_group text,
    composition text,
    children_group text,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table members (
    member_no text not null,
    household_no text not null,
    email text,
    phone text,
    status text not null check (status in ('active', 'closed')),
    registered_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table branches (
    branch_no integer not null,
    branch_name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table articles (
    article_no bigint not null,
    department text,
    commodity text,
    sub_commodity text,
    brand_type text,
    supplier_no bigint,
    size_label text,
    -- EA: pieces; VOL: what a pump counts, never to be added to pieces
    sales_unit text not null check (sales_unit in ('EA', 'VOL')),
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table receipts (
    receipt_no bigint not null,
    branch_no integer not null,
    member_no text,
    sold_at timestamptz not null,
    voided_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table receipt_items (
    receipt_no bigint not null,
    line_no smallint not null,
    article_no bigint not null,
    quantity integer not null,
    paid_amount numeric(10, 2) not null,
    -- what the loyalty card took off, and what the shop added to a coupon
    card_discount numeric(10, 2) not null,
    coupon_match numeric(10, 2) not null,
    -- what the manufacturer refunds; it is part of what was paid
    manufacturer_coupon numeric(10, 2) not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table campaigns (
    campaign_no integer not null,
    title text not null,
    kind text not null,
    starts_on date not null,
    ends_on date not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table mailings (
    mailing_no integer not null,
    campaign_no integer not null,
    member_no text not null,
    mailed_on date not null,
    created_at timestamptz not null
);

create table coupon_redemptions (
    redemption_no integer not null,
    campaign_no integer not null,
    member_no text not null,
    coupon_upc text not null,
    redeemed_on date not null,
    created_at timestamptz not null
);

-- One row, written in the transaction that fills everything above.
create table demo_loads (
    data_set text primary key,
    row_counts json not null,
    loaded_at timestamptz not null default now()
);
