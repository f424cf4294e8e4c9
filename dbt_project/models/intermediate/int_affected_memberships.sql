-- Grain: one customer id whose current customer may have changed in this build:
-- everybody whom any merge ever told connects with a customer of a merge that
-- this build takes up. Merges corrected since count too: facts may still follow
-- them.
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
    where customer_merges._batch_id in {{ pinned_batches() }}

),

connected as (

    select touched.customer_id
    from touched
    union
    select edges.partner_id as customer_id
    from connected
    inner join edges
        on connected.customer_id = edges.customer_id

),

final as (

    select connected.customer_id
    from connected

)

select * from final
