-- Grain: one month, one area, before, at or after the sale, and one step of it.
-- Contract: ecrm_funnels.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'area_code', 'step_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_funnel_months') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

leads as (

    select * from {{ ref('fct_leads') }}

),

order_steps as (

    select * from {{ ref('order_steps') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

months as (

    select
        affected.area_code,
        affected.month_start_date,
        (affected.month_start_date + interval '1 month')::date
            as next_month_date
    from affected

),

approaches as (

    select
        months.month_start_date,
        count(distinct contacts.current_customer_id) as approached_count
    from months
    inner join contacts
        on
            months.month_start_date <= contacts.contact_date
            and months.next_month_date > contacts.contact_date
    where
        months.area_code = 'before_sale'
        and not contacts.is_holdout
        and contacts.current_customer_id != '(unknown)'
    group by months.month_start_date

),

visits as (

    select
        months.month_start_date,
        count(*) as visit_count,
        count(*) filter (
            where sessions.product_view_count + sessions.search_count > 0
        ) as interested_count
    from months
    inner join sessions
        on
            months.month_start_date <= sessions.session_date
            and months.next_month_date > sessions.session_date
    where months.area_code = 'before_sale'
    group by months.month_start_date

),

leads_received as (

    select
        months.month_start_date,
        count(*) as lead_count
    from months
    inner join leads
        on
            months.month_start_date <= leads.received_date
            and months.next_month_date > leads.received_date
    where months.area_code = 'before_sale'
    group by months.month_start_date

),

-- who orders in one step has taken those before
orders_begun as (

    select
        months.month_start_date,
        count(*) as cart_count,
        count(*) filter (
            where order_steps.last_step_code in ('checkout', 'order')
        ) as checkout_count,
        count(*) filter (where order_steps.has_order) as order_count
    from months
    inner join order_steps
        on
            months.month_start_date <= order_steps.session_date
            and months.next_month_date > order_steps.session_date
    where months.area_code = 'at_sale'
    group by months.month_start_date

),

cases_opened as (

    select
        months.month_start_date,
        cases.case_id,
        cases.current_customer_id as customer_id,
        cases.closed_date,
        cases.solved_at is not null as is_solved,
        coalesce(cases.answered_at, cases.visited_at, cases.solved_at)
        is not null as is_answered
    from months
    inner join cases
        on
            months.month_start_date <= cases.opened_date
            and months.next_month_date > cases.opened_date
    where months.area_code = 'after_sale'

),

cases_followed_by_orders as (

    select distinct cases_opened.case_id
    from cases_opened
    inner join customer_days
        on
            cases_opened.customer_id = customer_days.customer_id
            and cases_opened.closed_date < customer_days.activity_date
            and cases_opened.closed_date + 90 >= customer_days.activity_date
    where
        cases_opened.is_solved
        and cases_opened.customer_id != '(unknown)'
        and customer_days.order_count > 0

),

requests as (

    select
        cases_opened.month_start_date,
        count(*) as request_count,
        count(*) filter (where cases_opened.is_answered) as answered_count,
        count(*) filter (where cases_opened.is_solved) as solved_count,
        count(followed.case_id) as bought_again_count
    from cases_opened
    left join cases_followed_by_orders as followed
        on cases_opened.case_id = followed.case_id
    group by cases_opened.month_start_date

),

counted as (

    select
        months.month_start_date,
        months.area_code,
        steps.step_code,
        steps.unit_code,
        steps.step_number,
        coalesce(steps.step_count, 0) as step_count

    from months

    left join approaches
        on months.month_start_date = approaches.month_start_date

    left join visits
        on months.month_start_date = visits.month_start_date

    left join leads_received
        on months.month_start_date = leads_received.month_start_date

    left join orders_begun
        on months.month_start_date = orders_begun.month_start_date

    left join requests
        on months.month_start_date = requests.month_start_date

    inner join
        lateral (
            values
            (
                'before_sale', 1, 'approached', 'customer',
                approaches.approached_count
            ),
            ('before_sale', 2, 'visit', 'visit', visits.visit_count),
            ('before_sale', 3, 'interested', 'visit', visits.interested_count),
            ('before_sale', 4, 'lead', 'lead', leads_received.lead_count),
            ('at_sale', 1, 'cart', 'visit', orders_begun.cart_count),
            ('at_sale', 2, 'checkout', 'visit', orders_begun.checkout_count),
            ('at_sale', 3, 'order', 'visit', orders_begun.order_count),
            ('after_sale', 1, 'request', 'case', requests.request_count),
            ('after_sale', 2, 'answered', 'case', requests.answered_count),
            ('after_sale', 3, 'solved', 'case', requests.solved_count),
            (
                'after_sale', 4, 'bought_again', 'case',
                requests.bought_again_count
            )
        ) as steps (area_code, step_number, step_code, unit_code, step_count)
        on months.area_code = steps.area_code

),

compared as (

    select
        counted.*,
        sum(counted.step_count) over (
            partition by counted.month_start_date, counted.area_code
        ) as area_count,
        lag(counted.unit_code) over funnel as previous_unit_code,
        lag(counted.step_count) over funnel as previous_step_count

    from counted

    window funnel as (
        partition by counted.month_start_date, counted.area_code
        order by counted.step_number
    )

),

final as (

    select
        compared.month_start_date,
        compared.area_code,
        compared.step_code,
        compared.unit_code,
        compared.step_number::bigint as step_number,
        compared.step_count,
        case
            when compared.unit_code = compared.previous_unit_code
                then
                    compared.step_count::double precision
                    / nullif(compared.previous_step_count, 0)
        end as previous_step_share

    from compared

    where compared.area_count > 0

)

select * from final
