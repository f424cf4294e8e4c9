-- Rules: what is bought together, after one another, and again.
create table mined.cross_sell_rules (
    as_of_date date not null,
    rule_id text not null,
    rule_type text not null,
    item_level text not null,
    antecedent text not null,
    consequent text not null,
    support double precision not null,
    confidence double precision not null,
    lift double precision,
    conviction double precision,
    conviction_status text,
    order_count bigint not null,
    expected_count double precision not null,
    adjusted_lift double precision not null,
    q_value double precision not null,
    out_of_time_lift double precision,
    out_of_time_expected_count double precision,
    due_days bigint,
    valid_until date,
    is_published boolean not null,
    status text not null,
    model_version text not null,
    primary key (as_of_date, rule_id)
);
comment on table mined.cross_sell_rules is
'Rules that chance does not explain, one night a date.';

create table mined.cross_sell_rule_items (
    as_of_date date not null,
    rule_id text not null,
    side_code text not null,
    item_id text not null,
    primary key (as_of_date, rule_id, side_code, item_id)
);
comment on table mined.cross_sell_rule_items is
'The items of each rule, a row an item.';
