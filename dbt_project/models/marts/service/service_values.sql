-- Grain: one month and one type of case that ended in it. Contract:
-- service_values.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'case_type_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_case_months') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

cases_ended as (

    select
        affected.month_start_date,
        cases.case_id,
        cases.current_customer_id as customer_id,
        cases.cost_amount,
        cases.opened_date,
        cases.closed_date,
        coalesce(cases.case_type_code, '(unknown)') as case_type_code

    from affected

    inner join cases
        on
            affected.month_start_date <= cases.closed_date
            and affected.month_start_date + interval '1 month'
            > cases.closed_date

),

-- a customer counts once, by the last case: nobody buys twice for two cases
last_cases as (

    select distinct on (
        cases_ended.month_start_date,
        cases_ended.case_type_code,
        cases_ended.customer_id
    )
        cases_ended.month_start_date,
        cases_ended.case_type_code,
        cases_ended.customer_id,
        cases_ended.opened_date,
        cases_ended.closed_date
    from cases_ended
    where cases_ended.customer_id != '(unknown)'
    order by
        cases_ended.month_start_date asc,
        cases_ended.case_type_code asc,
        cases_ended.customer_id asc,
        cases_ended.closed_date desc,
        cases_ended.case_id desc

),

sales_around as (

    select
        last_cases.month_start_date,
        last_cases.case_type_code,
        last_cases.customer_id,
        coalesce(sum(customer_days.net_amount) filter (
            where customer_days.activity_date < last_cases.opened_date
        ), 0) as net_before_amount,
        coalesce(sum(customer_days.net_amount) filter (
            where customer_days.activity_date > last_cases.closed_date
        ), 0) as net_after_amount,
        coalesce(sum(customer_days.margin_amount) filter (
            where customer_days.activity_date > last_cases.closed_date
        ), 0) as margin_after_amount,
        coalesce(bool_or(customer_days.margin_amount is null) filter (
            where
            customer_days.activity_date > last_cases.closed_date
            and customer_days.order_count
            + customer_days.credit_count
            + customer_days.return_count > 0
        ), false) as is_margin_unknown,
        coalesce(bool_or(customer_days.order_count > 0) filter (
            where customer_days.activity_date > last_cases.closed_date
        ), false) as has_bought_again

    from last_cases

    left join customer_days
        on
            last_cases.customer_id = customer_days.customer_id
            and last_cases.opened_date - 90 <= customer_days.activity_date
            and last_cases.closed_date + 90 >= customer_days.activity_date

    group by
        last_cases.month_start_date,
        last_cases.case_type_code,
        last_cases.customer_id

),

sales_summed as (

    select
        sales_around.month_start_date,
        sales_around.case_type_code,
        count(*) as customer_count,
        count(*) filter (where sales_around.has_bought_again)
            as returning_customer_count,
        sum(sales_around.net_before_amount) as net_before_amount,
        sum(sales_around.net_after_amount) as net_after_amount,
        case
            when not bool_or(sales_around.is_margin_unknown)
                then sum(sales_around.margin_after_amount)
        end as margin_after_amount,
        coalesce(
            {{ business_day_start(
                "(sales_around.month_start_date + interval '1 month 90 days')"
            ) }} <= {{ told_until('orders') }},
            false
        ) as is_complete

    from sales_around

    group by sales_around.month_start_date, sales_around.case_type_code

),

costs_summed as (

    select
        cases_ended.month_start_date,
        cases_ended.case_type_code,
        count(*) as case_count,
        count(*) filter (where cases_ended.cost_amount is null)
            as unknown_cost_count,
        coalesce(sum(cases_ended.cost_amount), 0) as cost_amount

    from cases_ended

    group by cases_ended.month_start_date, cases_ended.case_type_code

),

compared as (

    select
        costs_summed.month_start_date,
        costs_summed.case_type_code,
        costs_summed.case_count,
        costs_summed.unknown_cost_count,
        costs_summed.cost_amount::numeric(18, 2) as cost_amount,
        sales_summed.net_before_amount::numeric(18, 2) as net_before_amount,
        coalesce(sales_summed.customer_count, 0) as customer_count,
        case
            when sales_summed.is_complete then 'complete'
            when sales_summed.customer_count is null then 'nobody_known'
            else 'too_early'
        end as sales_status,
        case
            when sales_summed.is_complete
                then sales_summed.returning_customer_count
        end as returning_customer_count,
        case
            when sales_summed.is_complete
                then sales_summed.net_after_amount
        end::numeric(18, 2) as net_after_amount,
        case
            when sales_summed.is_complete
                then sales_summed.margin_after_amount
        end::numeric(18, 2) as margin_after_amount

    from costs_summed

    left join sales_summed
        on
            costs_summed.month_start_date = sales_summed.month_start_date
            and costs_summed.case_type_code = sales_summed.case_type_code

),

final as (

    select
        month_start_date,
        case_type_code,
        sales_status,
        case_count,
        unknown_cost_count,
        customer_count,
        returning_customer_count,
        cost_amount,
        net_before_amount,
        net_after_amount,
        margin_after_amount

    from compared

)

select * from final
