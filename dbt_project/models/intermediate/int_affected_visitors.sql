-- Grain: one visitor whose sessions this build must compute anew: a batch
-- brought requests or events of theirs, tells of a customer they logged in as
-- or of an order they confirmed, or is the first to tell of a product they
-- looked at; or raw's floor was raised above visits of theirs. What raw tells
-- is imported once for each use, as in int_affected_orders.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

visits_by_batch as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_customer as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_order as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_product as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_moment as (

    select * from {{ ref('int_visits_told') }}

),

events_by_batch as (

    select * from {{ source('shop', 'web_events') }}

),

event_versions as (

    select * from {{ source('shop', 'web_events') }}

),

raw_floor as (

    select * from {{ source('ledger', 'raw_floor') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

products_changed as (

    select * from {{ ref('int_products_changed') }}

),

touched as (

    select visits_by_batch.visitor_id
    from visits_by_batch
    where
        {{ is_pinned('visits_by_batch.batch_id') }}
        and visits_by_batch.kind_code in ('human', 'app', 'unknown')
    union
    -- an event that a batch gave to another visitor, or deleted
    select event_versions.visitor_hash as visitor_id
    from events_by_batch
    inner join event_versions
        on events_by_batch.event_id = event_versions.event_id
    where {{ is_pinned('events_by_batch._batch_id') }}
    union
    select visits_by_customer.visitor_id
    from visits_by_customer
    inner join customers_told
        on visits_by_customer.customer_id = customers_told.customer_id
    union
    select visits_by_order.visitor_id
    from visits_by_order
    inner join affected_orders
        on visits_by_order.order_id = affected_orders.order_id
    union
    select visits_by_product.visitor_id
    from visits_by_product
    inner join products_changed
        on visits_by_product.product_id = products_changed.product_id
    where products_changed.is_first_told
    union
    select visits_by_moment.visitor_id
    from visits_by_moment
    inner join raw_floor
        on visits_by_moment.requested_at < raw_floor.floor_at
    where raw_floor.is_pending

),

final as (

    select touched.visitor_id
    from touched
    where touched.visitor_id is not null

)

select * from final
