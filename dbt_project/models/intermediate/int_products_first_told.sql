-- Grain: one product of which this build's batches are the first to tell:
-- facts that named it before find it now.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

products_changed as (

    select * from {{ ref('int_products_changed') }}

),

final as (

    select products_changed.product_id
    from products_changed
    where products_changed.is_first_told

)

select * from final
