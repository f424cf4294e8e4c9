-- Grain: one month and one matter that customers asked about. What a customer
-- asks about one matter on one day is one inquiry, though it is a call and a
-- case. Contract: repeat_contacts.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'matter_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_inquiry_months') }}

),

interactions as (

    select * from {{ ref('fct_interactions') }}

),

inquiries as (

    select
        affected.month_start_date,
        interactions.current_customer_id as customer_id,
        interactions.interaction_date as inquired_date,
        coalesce(
            interactions.reason_code, interactions.subject_code, '(unknown)'
        ) as matter_code

    from affected

    inner join interactions
        on
            affected.month_start_date - 7 <= interactions.interaction_date
            and affected.month_start_date + interval '1 month'
            > interactions.interaction_date

    where
        interactions.interaction_type_code in (
            'call', 'mail', 'message', 'letter', 'chat', 'visit', 'case'
        )
        and interactions.direction_code = 'inbound'
        and interactions.current_customer_id != '(unknown)'

    group by
        affected.month_start_date,
        interactions.current_customer_id,
        coalesce(
            interactions.reason_code, interactions.subject_code, '(unknown)'
        ),
        interactions.interaction_date

),

inquiries_compared as (

    select
        inquiries.*,
        coalesce(
            inquiries.inquired_date
            - lag(inquiries.inquired_date) over history <= 7,
            false
        ) as is_repeat

    from inquiries

    window history as (
        partition by
            inquiries.month_start_date,
            inquiries.customer_id,
            inquiries.matter_code
        order by inquiries.inquired_date
    )

),

final as (

    select
        compared.month_start_date,
        compared.matter_code,
        count(*) as inquiry_count,
        count(*) filter (where compared.is_repeat) as repeat_count,
        count(distinct compared.customer_id) as customer_count,
        count(distinct compared.customer_id) filter (
            where compared.is_repeat
        ) as repeating_customer_count,
        count(*) filter (where compared.is_repeat)::double precision
        / count(*) as repeat_share

    from inquiries_compared as compared

    where compared.inquired_date >= compared.month_start_date

    group by compared.month_start_date, compared.matter_code

)

select * from final
