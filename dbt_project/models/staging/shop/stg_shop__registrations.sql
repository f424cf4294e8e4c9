-- Grain: one seat of one customer at an event, as last told.
select
    -- ids
    told.registration_id,
    told.customer_id,
    told.lead_id,

    -- strings
    told.event_code,
    told.channel_code,

    -- timestamps
    told.registered_at,
    told.confirmed_at,
    told.cancelled_at,
    told.event_starts_at,
    told.attended_at

from {{ source('shop', 'registrations') }} as told

where
    {{ is_latest_version(
        source('shop', 'registrations'), ['registration_id']
    ) }}
