-- Grain: one row, the company. Contract: company_settings.yml.
with

final as (

    select
        '{{ var("company_code") }}'::text as company_code,
        '{{ var("company_name") | replace("'", "''") }}'::text as company_name,
        '{{ var("currency_code") }}'::text as currency_code,
        '{{ var("tax_basis_code") }}'::text as tax_basis_code,
        '{{ var("time_zone") }}'::text as time_zone,
        {{ var("rfm_window_days") }}::bigint as rfm_window_days,
        {{ var("session_timeout_minutes") }}::bigint as session_timeout_minutes,
        {{ none_as_null(var("churn_horizon_days")) }}::bigint
            as churn_horizon_days,
        {{ var("clv_horizon_weeks") }}::bigint as clv_horizon_weeks,
        {{ var("yearly_rate") }}::double precision as yearly_rate,
        {{ none_as_null(var("margin_rate")) }}::double precision
            as margin_rate,
        '{{ var("history_first_date") }}'::date as history_first_date,
        '{{ var("history_last_date") }}'::date as history_last_date,
        '{{ var("first_anchor_date") }}'::date as first_anchor_date

)

select * from final
