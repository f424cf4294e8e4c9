-- What the mining jobs write: one more source system for dbt.
create table mined.customer_segments (
    as_of_date date not null,
    customer_id text not null,
    recency_days bigint not null,
    frequency bigint not null,
    monetary_amount numeric(18, 2) not null,
    recency_score bigint not null,
    frequency_score bigint not null,
    monetary_score bigint not null,
    rfm_segment_code text not null,
    value_grade text not null,
    lifecycle_stage_code text not null,
    cluster_code text,
    cluster_name text,
    primary key (as_of_date, customer_id)
);
comment on table mined.customer_segments is
'Segments of every customer with an order, one night a date.';
