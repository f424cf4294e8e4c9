-- Grain: one product whose existence, cost or unit this build's batches change.
-- Order lines carry nothing else of a product, so nothing else rebuilds them.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

products_by_batch as (

    select * from {{ source('shop', 'products') }}

),

products as (

    select * from {{ source('shop', 'products') }}

),

pinned as (

    select * from {{ source('ledger', 'pinned_batches') }}

),

touched as (

    select distinct products_by_batch.product_id
    from products_by_batch
    inner join pinned on products_by_batch._batch_id = pinned.batch_id

),

visible as (

    select
        products.*,
        pinned.batch_id is not null as is_new

    from products

    inner join touched on products.product_id = touched.product_id

    left join pinned on products._batch_id = pinned.batch_id

    where
        not products._is_deleted
        and products._batch_id not in {{ held_batches() }}

),

ranked as (

    select
        visible.product_id,
        visible.quantity_unit_code,
        visible.unit_cost,
        visible.is_new,
        row_number() over (
            partition by visible.product_id
            order by
                visible._source_stamp desc,
                visible._occurrence desc,
                visible._content_hash desc
        ) as version_rank,
        row_number() over (
            partition by visible.product_id, visible.is_new
            order by
                visible._source_stamp desc,
                visible._occurrence desc,
                visible._content_hash desc
        ) as version_rank_of_side

    from visible

),

final as (

    select
        ranked.product_id,
        bool_and(ranked.is_new) as is_first_told

    from ranked

    group by ranked.product_id

    having
        bool_or(ranked.is_new and ranked.version_rank = 1)
        and (
            bool_and(ranked.is_new)
            or max(ranked.unit_cost) filter (
                where ranked.version_rank = 1
            ) is distinct from max(ranked.unit_cost) filter (
                where not ranked.is_new and ranked.version_rank_of_side = 1
            )
            or max(ranked.quantity_unit_code) filter (
                where ranked.version_rank = 1
            ) is distinct from max(ranked.quantity_unit_code) filter (
                where not ranked.is_new and ranked.version_rank_of_side = 1
            )
        )

)

select * from final
