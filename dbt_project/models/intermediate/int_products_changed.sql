-- Grain: one product whose existence, cost, unit or place in the assortment the
-- batches of this build change. Order lines do not carry the place, so it does
-- not rebuild them.
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
        visible.*,
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

-- the last version of now against the last of before
compared as (

    select
        told.product_id,
        published.product_id is null as is_first_told,
        (
            published.product_id is null
            or (told.unit_cost, told.quantity_unit_code)
            is distinct from (published.unit_cost, published.quantity_unit_code)
        ) as is_line_changed,
        (
            (told.department, told.category, told.subcategory)
            is distinct from (
                published.department, published.category, published.subcategory
            )
        ) as is_moved

    from ranked as told

    left join ranked as published
        on
            told.product_id = published.product_id
            and not published.is_new
            and published.version_rank_of_side = 1

    where told.is_new and told.version_rank = 1

),

final as (

    select
        compared.product_id,
        compared.is_first_told,
        compared.is_line_changed
    from compared
    where compared.is_line_changed or compared.is_moved

)

select * from final
