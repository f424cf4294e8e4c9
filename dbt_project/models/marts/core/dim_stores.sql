-- Grain: one store. Contract: dim_stores.yml.
with

stores as (

    select * from {{ ref('stg_shop__stores') }}

),

told as (

    select
        store_id,
        store_name,
        province,
        district,
        is_deleted

    from stores

),

unknown_member as (

    select
        '(unknown)' as store_id,
        null as store_name,
        null as province,
        null as district,
        false as is_deleted

),

final as (

    select * from told
    union all
    select * from unknown_member

)

select * from final
