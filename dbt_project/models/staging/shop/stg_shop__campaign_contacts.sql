-- Grain: one approach to one customer for a campaign.
with

source as (

    {{ latest_version(source('shop', 'campaign_contacts'), ['contact_id']) }}

),

renamed as (

    select
        -- ids
        contact_id,
        campaign_id,
        customer_id,

        -- strings
        channel_code,

        -- dates
        contact_date,

        -- timestamps
        contacted_at

    from source

)

select * from renamed
