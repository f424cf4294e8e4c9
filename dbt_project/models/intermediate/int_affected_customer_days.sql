-- Grain: one customer, current or former, and one day which this build must sum
-- anew. Every version counts: an order that moved from one customer or day to
-- another changes both.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

orders as (

    select * from {{ source('shop', 'orders') }}

),

orders_returned as (

    select * from {{ source('shop', 'orders') }}

),

orders_confirmed as (

    select * from {{ source('shop', 'orders') }}

),

returns as (

    select * from {{ source('shop', 'returns') }}

),

contacts as (

    select * from {{ source('shop', 'campaign_contacts') }}

),

interactions as (

    select * from {{ source('shop', 'interactions') }}

),

cases as (

    select * from {{ source('shop', 'service_cases') }}

),

cases_ended as (

    select * from {{ source('shop', 'service_cases') }}

),

visits as (

    select * from {{ ref('int_visits_told') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

affected_returns as (

    select * from {{ ref('int_affected_returns') }}

),

affected_contacts as (

    select * from {{ ref('int_affected_contacts') }}

),

affected_interactions as (

    select * from {{ ref('int_affected_interactions') }}

),

affected_cases as (

    select * from {{ ref('int_affected_cases') }}

),

affected_visitors as (

    select * from {{ ref('int_affected_visitors') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

visits_of_affected as (

    select
        visits.visitor_id,
        visits.customer_id,
        visits.order_id,
        visits.requested_at >= affected_visitors.affected_from as is_affected,
        {{ business_date('visits.requested_at') }} as activity_date
    from visits
    inner join affected_visitors
        on visits.visitor_id = affected_visitors.visitor_id

),

-- a visitor's visits may be taken for any customer ever tied to them
customers_of_visitors as (

    select
        visits_of_affected.visitor_id,
        visits_of_affected.customer_id
    from visits_of_affected
    where visits_of_affected.customer_id is not null
    union
    select
        visits_of_affected.visitor_id,
        orders_confirmed.customer_id
    from visits_of_affected
    inner join orders_confirmed
        on visits_of_affected.order_id = orders_confirmed.order_id

),

days_of_visitors as (

    select distinct
        visits_of_affected.visitor_id,
        visits_of_affected.activity_date
    from visits_of_affected
    where visits_of_affected.is_affected

),

touched as (

    select
        orders.customer_id,
        {{ business_date('orders.ordered_at') }} as activity_date
    from orders
    inner join affected_orders
        on orders.order_id = affected_orders.order_id
    union
    select
        orders_returned.customer_id,
        {{ business_date('returns.returned_at') }} as activity_date
    from returns
    inner join affected_returns
        on returns.return_id = affected_returns.return_id
    inner join orders_returned
        on returns.order_id = orders_returned.order_id
    union
    -- whose it was, or nobody's, until its order was told
    select
        returns.customer_id,
        {{ business_date('returns.returned_at') }} as activity_date
    from returns
    inner join affected_returns
        on returns.return_id = affected_returns.return_id
    union
    select
        contacts.customer_id,
        contacts.contact_date as activity_date
    from contacts
    inner join affected_contacts
        on contacts.contact_id = affected_contacts.contact_id
    union
    select
        interactions.customer_id,
        {{ business_date('interactions.started_at') }} as activity_date
    from interactions
    inner join affected_interactions
        on interactions.interaction_id = affected_interactions.interaction_id
    union
    select
        cases.customer_id,
        {{ business_date('cases.opened_at') }} as activity_date
    from cases
    inner join affected_cases
        on cases.case_id = affected_cases.case_id
    union
    select
        cases_ended.customer_id,
        {{ business_date(
            'coalesce(cases_ended.solved_at, cases_ended.closed_at)'
        ) }} as activity_date
    from cases_ended
    inner join affected_cases
        on cases_ended.case_id = affected_cases.case_id
    union
    select
        customers_of_visitors.customer_id,
        days_of_visitors.activity_date
    from customers_of_visitors
    inner join days_of_visitors
        on customers_of_visitors.visitor_id = days_of_visitors.visitor_id

),

dated as (

    select
        touched.customer_id,
        touched.activity_date,
        resolved.current_customer_id,
        customers_told.customer_id is not null as is_told

    from touched

    left join resolved
        on touched.customer_id = resolved.customer_id

    left join customers_told
        on touched.customer_id = customers_told.customer_id

    where touched.activity_date is not null

),

final as (

    select
        dated.customer_id,
        dated.activity_date
    from dated
    where dated.customer_id is not null
    union
    select
        dated.current_customer_id as customer_id,
        dated.activity_date
    from dated
    where dated.current_customer_id is not null
    union
    select
        connected.connected_customer_id as customer_id,
        dated.activity_date
    from dated
    inner join connected
        on dated.customer_id = connected.customer_id
    union
    -- who is not known, or was not before
    select
        '(unknown)' as customer_id,
        dated.activity_date
    from dated
    where
        dated.customer_id is null
        or dated.current_customer_id is null
        or dated.is_told

)

select * from final
