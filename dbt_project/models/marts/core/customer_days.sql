-- Grain: one customer on one day on which anything happened. Long windows are
-- summed from here, never from the lines. Contract: customer_days.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'activity_date'],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['activity_date']}]
) }}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

returns as (

    select * from {{ ref('fct_returns') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}
    where not is_holdout

),

interactions as (

    select * from {{ ref('fct_interactions') }}
    where origin_id like 'interaction:%'

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

cases_ended as (

    select * from {{ ref('fct_service_cases') }}

),

affected as (

    select * from {{ ref('int_affected_customer_days') }}

),

orders_summed as (

    select
        orders.current_customer_id as customer_id,
        orders.order_date as activity_date,
        count(*) filter (where not orders.is_credit) as order_count,
        count(*) filter (where orders.is_credit) as credit_count,
        sum(orders.line_count)::bigint as line_count,
        sum(orders.gross_amount)::numeric(18, 2) as gross_amount,
        sum(orders.discount_amount)::numeric(18, 2) as discount_amount,
        sum(orders.net_amount)::numeric(18, 2) as net_amount,
        case
            when count(*) = count(orders.margin_amount)
                then sum(orders.margin_amount)
        end::numeric(18, 2) as margin_amount

    from orders
    inner join affected
        on
            orders.current_customer_id = affected.customer_id
            and orders.order_date = affected.activity_date
    group by orders.current_customer_id, orders.order_date

),

returns_summed as (

    select
        returns.current_customer_id as customer_id,
        returns.return_date as activity_date,
        count(*) as return_count,
        sum(returns.refund_amount)::numeric(18, 2) as returned_amount,
        case
            when count(*) = count(returns.restocked_amount)
                then sum(returns.restocked_amount)
        end::numeric(18, 2) as restocked_amount

    from returns
    inner join affected
        on
            returns.current_customer_id = affected.customer_id
            and returns.return_date = affected.activity_date
    group by returns.current_customer_id, returns.return_date

),

sessions_counted as (

    select
        sessions.current_customer_id as customer_id,
        sessions.session_date as activity_date,
        count(*) as session_count

    from sessions
    inner join affected
        on
            sessions.current_customer_id = affected.customer_id
            and sessions.session_date = affected.activity_date
    group by sessions.current_customer_id, sessions.session_date

),

contacts_counted as (

    select
        contacts.current_customer_id as customer_id,
        contacts.contact_date as activity_date,
        count(*) as contact_count,
        case
            when count(*) = count(contacts.cost_amount)
                then sum(contacts.cost_amount)
        end::numeric(18, 2) as cost_amount

    from contacts
    inner join affected
        on
            contacts.current_customer_id = affected.customer_id
            and contacts.contact_date = affected.activity_date
    group by contacts.current_customer_id, contacts.contact_date

),

interactions_summed as (

    select
        interactions.current_customer_id as customer_id,
        interactions.interaction_date as activity_date,
        count(*) as interaction_count,
        -- null where the cost of one of them is not known
        case
            when
                count(*) filter (
                    where
                    interactions.interaction_type_code != 'gift'
                    and interactions.cost_amount is null
                ) = 0
                then coalesce(sum(interactions.cost_amount) filter (
                    where interactions.interaction_type_code != 'gift'
                ), 0)
        end::numeric(18, 2) as contact_cost_amount,
        case
            when
                count(*) filter (
                    where
                    interactions.interaction_type_code = 'gift'
                    and interactions.cost_amount is null
                ) = 0
                then coalesce(sum(interactions.cost_amount) filter (
                    where interactions.interaction_type_code = 'gift'
                ), 0)
        end::numeric(18, 2) as gift_cost_amount

    from interactions
    inner join affected
        on
            interactions.current_customer_id = affected.customer_id
            and interactions.interaction_date = affected.activity_date
    group by interactions.current_customer_id, interactions.interaction_date

),

cases_opened as (

    select
        cases.current_customer_id as customer_id,
        cases.opened_date as activity_date,
        count(*) as case_count

    from cases
    inner join affected
        on
            cases.current_customer_id = affected.customer_id
            and cases.opened_date = affected.activity_date
    group by cases.current_customer_id, cases.opened_date

),

-- a case costs on the day it ends
cases_closed as (

    select
        cases_ended.current_customer_id as customer_id,
        cases_ended.closed_date as activity_date,
        count(*) as closed_case_count,
        case
            when count(*) = count(cases_ended.cost_amount)
                then sum(cases_ended.cost_amount)
        end::numeric(18, 2) as cost_amount

    from cases_ended
    inner join affected
        on
            cases_ended.current_customer_id = affected.customer_id
            and cases_ended.closed_date = affected.activity_date
    group by cases_ended.current_customer_id, cases_ended.closed_date

),

days as (

    select
        orders_summed.customer_id,
        orders_summed.activity_date
    from orders_summed
    union
    select
        returns_summed.customer_id,
        returns_summed.activity_date
    from returns_summed
    union
    select
        sessions_counted.customer_id,
        sessions_counted.activity_date
    from sessions_counted
    union
    select
        contacts_counted.customer_id,
        contacts_counted.activity_date
    from contacts_counted
    union
    select
        interactions_summed.customer_id,
        interactions_summed.activity_date
    from interactions_summed
    union
    select
        cases_opened.customer_id,
        cases_opened.activity_date
    from cases_opened
    union
    select
        cases_closed.customer_id,
        cases_closed.activity_date
    from cases_closed

),

completed as (

    select
        days.customer_id,
        days.activity_date,
        coalesce(orders_summed.order_count, 0) as order_count,
        coalesce(orders_summed.credit_count, 0) as credit_count,
        coalesce(returns_summed.return_count, 0) as return_count,
        coalesce(orders_summed.line_count, 0) as line_count,
        coalesce(orders_summed.gross_amount, 0)::numeric(18, 2)
            as gross_amount,
        coalesce(orders_summed.discount_amount, 0)::numeric(18, 2)
            as discount_amount,
        coalesce(returns_summed.returned_amount, 0)::numeric(18, 2)
            as returned_amount,
        (
            coalesce(orders_summed.net_amount, 0)
            - coalesce(returns_summed.returned_amount, 0)
        )::numeric(18, 2) as net_amount,
        -- null where nothing was bought or returned, or a cost is not known
        case
            when orders_summed.customer_id is null
                then
                    returns_summed.restocked_amount
                    - returns_summed.returned_amount
            when returns_summed.customer_id is null
                then orders_summed.margin_amount
            else
                orders_summed.margin_amount
                + returns_summed.restocked_amount
                - returns_summed.returned_amount
        end::numeric(18, 2) as margin_amount,
        (
            case
                when contacts_counted.customer_id is null then 0
                else contacts_counted.cost_amount
            end
            + case
                when interactions_summed.customer_id is null then 0
                else interactions_summed.contact_cost_amount
            end
        )::numeric(18, 2) as contact_cost_amount,
        case
            when cases_closed.customer_id is null then 0
            else cases_closed.cost_amount
        end::numeric(18, 2) as service_cost_amount,
        case
            when interactions_summed.customer_id is null then 0
            else interactions_summed.gift_cost_amount
        end::numeric(18, 2) as gift_cost_amount,
        coalesce(sessions_counted.session_count, 0) as session_count,
        coalesce(contacts_counted.contact_count, 0) as contact_count,
        coalesce(interactions_summed.interaction_count, 0)
            as interaction_count,
        coalesce(cases_opened.case_count, 0) as case_count,
        coalesce(cases_closed.closed_case_count, 0) as closed_case_count

    from days

    left join orders_summed
        on
            days.customer_id = orders_summed.customer_id
            and days.activity_date = orders_summed.activity_date

    left join returns_summed
        on
            days.customer_id = returns_summed.customer_id
            and days.activity_date = returns_summed.activity_date

    left join sessions_counted
        on
            days.customer_id = sessions_counted.customer_id
            and days.activity_date = sessions_counted.activity_date

    left join contacts_counted
        on
            days.customer_id = contacts_counted.customer_id
            and days.activity_date = contacts_counted.activity_date

    left join interactions_summed
        on
            days.customer_id = interactions_summed.customer_id
            and days.activity_date = interactions_summed.activity_date

    left join cases_opened
        on
            days.customer_id = cases_opened.customer_id
            and days.activity_date = cases_opened.activity_date

    left join cases_closed
        on
            days.customer_id = cases_closed.customer_id
            and days.activity_date = cases_closed.activity_date

),

final as (

    select
        customer_id,
        activity_date,
        order_count,
        credit_count,
        return_count,
        line_count,
        gross_amount,
        discount_amount,
        returned_amount,
        net_amount,
        margin_amount,
        contact_cost_amount,
        service_cost_amount,
        gift_cost_amount,
        session_count,
        contact_count,
        interaction_count,
        case_count,
        closed_case_count

    from completed

)

select * from final
