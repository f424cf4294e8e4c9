-- Grain: one month and one reason why customers needed the service. Contract:
-- self_solvable_reasons.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'reason_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_inquiry_months') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

interactions as (

    select * from {{ ref('fct_interactions') }}

),

reasons as (

    select * from {{ ref('dim_reasons') }}

),

matters as (

    select
        affected.month_start_date,
        coalesce(cases.reason_code, '(unknown)') as reason_code,
        true as is_case,
        cases.visit_minutes is not null as is_visited,
        cases.cost_amount

    from affected

    inner join cases
        on
            affected.month_start_date <= cases.opened_date
            and affected.month_start_date + interval '1 month'
            > cases.opened_date

    union all

    select
        affected.month_start_date,
        coalesce(interactions.reason_code, '(unknown)') as reason_code,
        false as is_case,
        false as is_visited,
        interactions.cost_amount

    from affected

    inner join interactions
        on
            affected.month_start_date <= interactions.interaction_date
            and affected.month_start_date + interval '1 month'
            > interactions.interaction_date

    where
        interactions.interaction_type_code in (
            'call', 'mail', 'message', 'letter', 'chat', 'visit'
        )
        and interactions.direction_code = 'inbound'

),

reasons_counted as (

    select
        matters.month_start_date,
        matters.reason_code,
        count(*) filter (where matters.is_case) as case_count,
        count(*) filter (where matters.is_visited) as visited_case_count,
        count(*) filter (where not matters.is_case) as contact_count,
        count(*) filter (where matters.cost_amount is null)
            as unknown_cost_count,
        coalesce(sum(matters.cost_amount), 0)::numeric(18, 2) as cost_amount

    from matters

    group by matters.month_start_date, matters.reason_code

),

final as (

    select
        counted.month_start_date,
        counted.reason_code,
        counted.case_count,
        counted.visited_case_count,
        counted.contact_count,
        counted.unknown_cost_count,
        counted.cost_amount,
        reasons.is_self_solvable

    from reasons_counted as counted

    left join reasons
        on
            counted.reason_code = reasons.reason_code
            and reasons.reason_group_code = 'service'

)

select * from final
