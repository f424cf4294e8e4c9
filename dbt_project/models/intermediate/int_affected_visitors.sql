-- Grain: one visitor whose sessions this build must compute anew: a batch
-- brought requests of theirs, tells of a customer they logged in as, or is the
-- first to tell of a product they looked at; or raw's floor was raised above
-- visits of theirs. A raw table is imported once for each use, as in
-- int_affected_orders.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

requests_by_batch as (

    select * from {{ source('weblog', 'web_requests') }}

),

requests_by_customer as (

    select * from {{ source('weblog', 'web_requests') }}

),

requests_by_product as (

    select * from {{ source('weblog', 'web_requests') }}

),

requests_by_moment as (

    select * from {{ source('weblog', 'web_requests') }}

),

raw_floor as (

    select * from {{ source('ledger', 'raw_floor') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

products_changed as (

    select * from {{ ref('int_products_changed') }}

),

touched as (

    select requests_by_batch.visitor_hash as visitor_id
    from requests_by_batch
    where
        requests_by_batch._batch_id in {{ pinned_batches() }}
        and requests_by_batch.kind in ('human', 'app', 'unknown')
    union
    select requests_by_customer.visitor_hash as visitor_id
    from requests_by_customer
    inner join customers_told
        on requests_by_customer.customer_id = customers_told.customer_id
    union
    select requests_by_product.visitor_hash as visitor_id
    from requests_by_product
    inner join products_changed
        on requests_by_product.product_id = products_changed.product_id
    where products_changed.is_first_told
    union
    select requests_by_moment.visitor_hash as visitor_id
    from requests_by_moment
    inner join raw_floor
        on requests_by_moment.requested_at < raw_floor.floor_at
    where raw_floor.is_pending

),

final as (

    select touched.visitor_id
    from touched
    where touched.visitor_id is not null

)

select * from final
