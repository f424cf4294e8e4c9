-- Grain: one campaign. Contract: dim_campaigns.yml.
with

campaigns as (

    select * from {{ ref('stg_shop__campaigns') }}

),

told as (

    select
        campaign_id,
        campaign_name,
        campaign_type,
        budget_amount,
        start_date,
        end_date,
        is_deleted

    from campaigns

),

unknown_member as (

    select
        '(unknown)' as campaign_id,
        null as campaign_name,
        null as campaign_type,
        null::numeric(18, 2) as budget_amount,
        null::date as start_date,
        null::date as end_date,
        false as is_deleted

),

final as (

    select * from told
    union all
    select * from unknown_member

)

select * from final
