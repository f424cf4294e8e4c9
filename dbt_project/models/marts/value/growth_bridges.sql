-- Grain: one closed period and one cause by which its revenue differs from that
-- of the period before. Contract: growth_bridges.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['period_code', 'period_start_date', 'component_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_value_periods') }}

),

customer_periods as (

    select * from {{ ref('int_customer_periods') }}

),

customers as (

    select * from {{ ref('int_customers_summed') }}

),

-- the history says nothing of what came before it
periods as (

    select
        affected.period_code,
        affected.period_start_date,
        affected.next_period_date,
        case affected.period_code
            when 'month' then affected.period_start_date - interval '1 month'
            when 'quarter' then affected.period_start_date - interval '3 months'
            else affected.period_start_date - interval '1 year'
        end::date as previous_start_date
    from affected

),

periods_compared as (

    select * from periods
    where previous_start_date >= '{{ var("history_first_date") }}'::date

),

customers_told as (

    select
        found.period_code,
        found.period_start_date,
        found.amount,
        found.previous_amount,
        case
            when found.customer_id = '(unknown)' then 'unknown'
            when found.order_count > 0 and found.previous_order_count > 0
                then 'retained'
            when
                found.order_count > 0
                and (
                    customers.is_older_than_history
                    or customers.first_order_date < found.period_start_date
                )
                then 'reactivated'
            when found.order_count > 0 then 'new'
            when found.previous_order_count > 0 then 'lost'
            else 'no_purchase'
        end as component_code

    from periods_compared as periods

    inner join customer_periods as found
        on
            periods.period_code = found.period_code
            and periods.period_start_date = found.period_start_date

    left join customers
        on found.customer_id = customers.customer_id

),

components_summed as (

    select
        customers_told.period_code,
        customers_told.period_start_date,
        customers_told.component_code,
        count(*) as customer_count,
        sum(customers_told.amount) as amount,
        sum(customers_told.previous_amount) as previous_amount

    from customers_told

    group by
        customers_told.period_code,
        customers_told.period_start_date,
        customers_told.component_code

),

components as (

    select told.component_code
    from (
        values
        ('new'),
        ('reactivated'),
        ('retained'),
        ('lost'),
        ('no_purchase'),
        ('unknown')
    ) as told (component_code)

),

final as (

    select
        periods.period_code,
        periods.period_start_date,
        components.component_code,
        coalesce(sums.customer_count, 0) as customer_count,
        coalesce(sums.previous_amount, 0)::numeric(18, 2) as previous_amount,
        coalesce(sums.amount, 0)::numeric(18, 2) as amount,
        (
            coalesce(sums.amount, 0) - coalesce(sums.previous_amount, 0)
        )::numeric(18, 2) as change_amount,
        periods.next_period_date - 1 as period_end_date

    from periods_compared as periods

    cross join components

    left join components_summed as sums
        on
            periods.period_code = sums.period_code
            and periods.period_start_date = sums.period_start_date
            and components.component_code = sums.component_code

)

select * from final
