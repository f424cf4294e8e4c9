-- Grain: one customer, current or former, whose days this build must sum anew.
-- Every version counts: an order that moved from one customer to another
-- changes both.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

orders as (

    select * from {{ source('shop', 'orders') }}

),

contacts as (

    select * from {{ source('shop', 'campaign_contacts') }}

),

orders_confirmed as (

    select * from {{ source('shop', 'orders') }}

),

visits as (

    select * from {{ ref('int_visits_told') }}

),

confirmations as (

    select * from {{ ref('int_visits_told') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

affected_contacts as (

    select * from {{ ref('int_affected_contacts') }}

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

touched as (

    select orders.customer_id
    from orders
    inner join affected_orders
        on orders.order_id = affected_orders.order_id
    union
    select contacts.customer_id
    from contacts
    inner join affected_contacts
        on contacts.contact_id = affected_contacts.contact_id
    union
    select visits.customer_id
    from visits
    inner join affected_visitors
        on visits.visitor_id = affected_visitors.visitor_id
    union
    select orders_confirmed.customer_id
    from confirmations
    inner join affected_visitors
        on confirmations.visitor_id = affected_visitors.visitor_id
    inner join orders_confirmed
        on confirmations.order_id = orders_confirmed.order_id
    union
    select customers_told.customer_id
    from customers_told

),

final as (

    select touched.customer_id
    from touched
    where touched.customer_id is not null
    union
    select resolved.current_customer_id as customer_id
    from resolved
    inner join touched on resolved.customer_id = touched.customer_id

)

select * from final
