-- Lifetime values: what every customer will bring.
create table mined.customer_lifetime_values (
    as_of_date date not null,
    customer_id text not null,
    frequency bigint not null,
    recency_weeks double precision not null,
    age_weeks double precision not null,
    probability_alive double precision,
    expected_purchases double precision,
    expected_average_amount numeric(18, 2),
    clv_amount numeric(18, 2),
    clv_low_amount numeric(18, 2),
    clv_high_amount numeric(18, 2),
    simple_ltv_amount numeric(18, 2),
    horizon_weeks bigint not null,
    yearly_rate double precision not null,
    value_basis_code text not null,
    status text not null,
    status_reason_code text,
    model_version text,
    primary key (as_of_date, customer_id)
);
comment on table mined.customer_lifetime_values is
'What each customer with an order will bring, one night a date.';
