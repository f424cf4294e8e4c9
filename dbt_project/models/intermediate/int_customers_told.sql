-- Grain: one customer of whom this build's batches tell: facts must find the
-- right version of them, and the right current customer.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

customers as (

    select * from {{ source('shop', 'customers') }}

),

affected_memberships as (

    select * from {{ ref('int_affected_memberships') }}

),

final as (

    select customers.customer_id
    from customers
    where customers._batch_id in {{ pinned_batches() }}
    union
    select affected_memberships.customer_id
    from affected_memberships

)

select * from final
