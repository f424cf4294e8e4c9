-- Grain: one channel. Contract: dim_channels.yml.
with

channels as (

    select * from {{ ref('stg_shop__channels') }}

),

told as (

    select
        channel_code,
        channel_name,
        channel_group_code,
        is_online,
        is_deleted

    from channels

),

unknown_member as (

    select
        '(unknown)' as channel_code,
        null as channel_name,
        null as channel_group_code,
        null::boolean as is_online,
        false as is_deleted

),

final as (

    select * from told
    union all
    select * from unknown_member

)

select * from final
