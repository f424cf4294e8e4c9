-- Grain: one campaign, as last told.
with

source as (

    {{ latest_version(source('shop', 'campaigns'), ['campaign_id'], deleted='flagged') }}

),

renamed as (

    select
        -- ids
        campaign_id,

        -- strings
        campaign_name,
        campaign_type,

        -- numerics
        budget_amount::numeric(18, 2) as budget_amount,

        -- booleans
        is_deleted,

        -- dates
        start_date,
        end_date

    from source

)

select * from renamed
