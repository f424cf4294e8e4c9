-- Grain: one store of which this build's batches are the first to tell:
-- facts that named it before find it now.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

stores as (

    select * from {{ source('shop', 'stores') }}

),

final as (

    select stores.store_id
    from stores
    where
        not stores._is_deleted
        and stores._batch_id not in {{ held_batches() }}
    group by stores.store_id
    having bool_and(stores._batch_id in {{ pinned_batches() }})

)

select * from final
