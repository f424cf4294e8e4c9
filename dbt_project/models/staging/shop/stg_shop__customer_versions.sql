-- Grain: one version of one customer, as the source told it; deletes included.
select
    -- ids
    told.customer_id,
    told.household_id,
    told.account_id,
    told.employee_id,

    -- strings
    told.province,
    told.district,
    told.phone_hash,
    told.email_hash,

    -- numerics
    told.birth_year,

    -- booleans
    told._is_deleted as is_deleted,

    -- timestamps
    told.registered_at,
    told._source_stamp as told_at,

    -- order of versions with one stamp
    told._occurrence as version_occurrence,
    told._content_hash as version_hash,

    -- filled in
    coalesce(told.customer_status, 'active') as customer_status,

    -- nobody told the delete: a full reading lacked the key (full_reading.py)
    told._is_deleted and told._content_hash = md5('')::uuid as is_missing

from {{ source('shop', 'customers') }} as told

where told._batch_id not in {{ held_batches() }}
