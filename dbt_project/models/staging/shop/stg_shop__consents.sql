-- Grain: one statement of a customer about being contacted, as last told.
select
    -- ids
    told.customer_id,

    -- strings
    told.channel_code,
    told.purpose_code,
    told.consent_state,
    told.consent_source_code,
    told.notice_version,

    -- timestamps
    told.changed_at

from {{ source('shop', 'consents') }} as told

where
    {{ is_latest_version(
        source('shop', 'consents'),
        ['customer_id', 'channel_code', 'purpose_code', 'changed_at']
    ) }}
