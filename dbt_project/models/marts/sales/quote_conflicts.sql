-- Grain: one line of an offer that contradicts an earlier one. Contract:
-- quote_conflicts.yml. What is read by an index is imported once for each use.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['quote_id', 'line_id'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_quote_customers') }}

),

quotes as (

    select * from {{ ref('fct_quotes') }}

),

quotes_before as (

    select * from {{ ref('fct_quotes') }}

),

contradictions as (

    select
        quotes.quote_id,
        quotes.line_id,
        quotes.current_customer_id as customer_id,
        quotes.product_id,
        quotes.employee_id,
        quotes.quote_status,
        quotes.quantity,
        quotes.unit_price_amount,
        quotes.quote_date,
        quotes.quoted_at,
        quotes_before.quote_id as earlier_quote_id,
        quotes_before.line_id as earlier_line_id,
        quotes_before.employee_id as earlier_employee_id,
        quotes_before.quantity as earlier_quantity,
        quotes_before.unit_price_amount as earlier_unit_price_amount,
        quotes_before.quote_date as earlier_quote_date,
        quotes_before.quoted_at as earlier_quoted_at,
        (quotes.quote_date - quotes_before.quote_date)::bigint as days_between,
        (
            quotes.unit_price_amount - quotes_before.unit_price_amount
        )::numeric(18, 2) as price_difference_amount

    from affected

    inner join quotes
        on
            affected.customer_id = quotes.current_customer_id
            and affected.affected_from <= quotes.quote_date

    inner join quotes_before
        on
            quotes.current_customer_id = quotes_before.current_customer_id
            and quotes.quote_date - 30 <= quotes_before.quote_date
            and quotes.quote_date >= quotes_before.quote_date
            and quotes.product_id = quotes_before.product_id
            and quotes.employee_id != quotes_before.employee_id
            and quotes.unit_price_amount != quotes_before.unit_price_amount
            and (quotes.quoted_at, quotes.quote_id, quotes.line_id)
            > (
                quotes_before.quoted_at,
                quotes_before.quote_id,
                quotes_before.line_id
            )

    where
        quotes.current_customer_id != '(unknown)'
        and quotes.product_id != '(unknown)'
        and quotes.employee_id != '(unknown)'
        and quotes_before.employee_id != '(unknown)'

),

contradictions_ranked as (

    select
        contradictions.*,
        count(*) over (
            partition by contradictions.quote_id, contradictions.line_id
        ) as contradicted_count,
        row_number() over (
            partition by contradictions.quote_id, contradictions.line_id
            order by
                contradictions.earlier_quoted_at desc,
                contradictions.earlier_quote_id asc,
                contradictions.earlier_line_id asc
        ) as rank_from_latest

    from contradictions

),

final as (

    select
        ranked.quote_id,
        ranked.line_id,
        ranked.customer_id,
        ranked.product_id,
        ranked.employee_id,
        ranked.earlier_quote_id,
        ranked.earlier_line_id,
        ranked.earlier_employee_id,
        ranked.quote_status,
        ranked.contradicted_count,
        ranked.days_between,
        ranked.quantity,
        ranked.earlier_quantity,
        ranked.unit_price_amount,
        ranked.earlier_unit_price_amount,
        ranked.price_difference_amount,
        ranked.quote_date,
        ranked.earlier_quote_date,
        ranked.quoted_at

    from contradictions_ranked as ranked

    where ranked.rank_from_latest = 1

)

select * from final
