-- Grain: one person who may become a customer, as last told.
select
    -- ids
    told.lead_id,
    told.campaign_id,
    told.customer_id,
    told.employee_id,
    told.product_id,
    told.order_id,

    -- strings
    told.phone_hash,
    told.email_hash,
    told.lead_source_code,
    told.account_name,
    told.reason_code,

    -- numerics
    told.expected_amount::numeric(18, 2) as expected_amount,

    -- timestamps
    told.received_at,
    told.contacted_at,
    told.qualified_at,
    told.decided_at,

    -- filled in
    coalesce(told.lead_status, 'new') as lead_status

from {{ source('shop', 'leads') }} as told

where
    {{ is_latest_version(
        source('shop', 'leads'), ['lead_id']
    ) }}
