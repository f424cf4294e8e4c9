-- Grain: one customer of a merge that this build takes up, and one whom any
-- merge ever told connects with them, themselves included: one may have been
-- the other's current customer. Merges corrected since count too.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with recursive

customer_merges as (

    select * from {{ source('shop', 'customer_merges') }}

),

edges as (

    select
        customer_merges.customer_id,
        customer_merges.merged_into_customer_id as partner_id,
        customer_merges._batch_id in {{ pinned_batches() }} as is_pinned
    from customer_merges
    where customer_merges.merged_into_customer_id is not null
    union all
    select
        customer_merges.merged_into_customer_id as customer_id,
        customer_merges.customer_id as partner_id,
        customer_merges._batch_id in {{ pinned_batches() }} as is_pinned
    from customer_merges
    where customer_merges.merged_into_customer_id is not null

),

-- a merge taken back may not say any more whom it named
touched as (

    select edges.customer_id
    from edges
    where edges.is_pinned
    union
    select customer_merges.customer_id
    from customer_merges
    where {{ is_pinned('customer_merges._batch_id') }}

),

connected as (

    select
        touched.customer_id,
        touched.customer_id as connected_customer_id
    from touched
    union
    select
        connected.customer_id,
        edges.partner_id as connected_customer_id
    from connected
    inner join edges
        on connected.connected_customer_id = edges.customer_id

),

-- whoever is connected with one of them is so with all
final as (

    select distinct
        one.connected_customer_id as customer_id,
        other.connected_customer_id
    from connected as one
    inner join connected as other
        on one.customer_id = other.customer_id

)

select * from final
