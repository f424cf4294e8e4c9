-- Churn: who is likely to stay away, and why.
create table mined.churn_predictions (
    as_of_date date not null,
    customer_id text not null,
    label_code text not null,
    horizon_days bigint not null,
    churn_probability double precision,
    risk_band text,
    reason_1_code text,
    reason_1_contribution double precision,
    reason_2_code text,
    reason_2_contribution double precision,
    reason_3_code text,
    reason_3_contribution double precision,
    is_scorable boolean not null,
    not_scorable_reason_code text,
    label_version text not null,
    model_version text,
    primary key (as_of_date, customer_id, label_code)
);
comment on table mined.churn_predictions is
'How likely each customer is to stay away, and why, one night a date.';
