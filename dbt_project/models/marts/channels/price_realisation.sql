-- Grain: one month, channel, store and department. Contract:
-- price_realisation.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'channel_code', 'store_id', 'department'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select distinct month_start_date
    from {{ ref('int_affected_price_days') }}

),

prices as (

    select * from {{ ref('int_prices_summed') }}

),

months_summed as (

    select
        affected.month_start_date,
        prices.channel_code,
        prices.store_id,
        prices.department,
        sum(prices.line_count)::bigint as line_count,
        sum(prices.discounted_line_count)::bigint as discounted_line_count,
        sum(prices.unknown_cost_line_count)::bigint
            as unknown_cost_line_count,
        sum(prices.below_cost_line_count)::bigint as below_cost_line_count,
        sum(prices.gross_amount)::numeric(18, 2) as gross_amount,
        sum(prices.net_amount)::numeric(18, 2) as net_amount,
        sum(prices.below_cost_amount)::numeric(18, 2) as below_cost_amount,
        max(prices.deepest_discount_share) as deepest_discount_share

    from affected

    inner join prices
        on
            affected.month_start_date <= prices.order_date
            and affected.month_start_date + interval '1 month'
            > prices.order_date

    group by
        affected.month_start_date,
        prices.channel_code,
        prices.store_id,
        prices.department

),

months_compared as (

    select
        months.*,
        (months.gross_amount - months.net_amount)::numeric(18, 2)
            as discount_amount,
        case
            when months.gross_amount > 0
                then months.net_amount / months.gross_amount
        end::double precision as realised_ratio

    from months_summed as months

),

final as (

    select
        month_start_date,
        channel_code,
        store_id,
        department,
        line_count,
        discounted_line_count,
        below_cost_line_count,
        unknown_cost_line_count,
        gross_amount,
        discount_amount,
        net_amount,
        below_cost_amount,
        realised_ratio,
        deepest_discount_share

    from months_compared

)

select * from final
