-- Grain: one version of one employee, as the source told it; deletes included.
select
    -- ids
    told.employee_id,

    -- strings
    told.store_id,
    told.manager_employee_id,
    told.job_code,
    told.team_code,

    -- booleans
    told._is_deleted as is_deleted,

    -- dates
    told.joined_date,
    told.resigned_date,

    -- timestamps
    told._source_stamp as told_at,

    -- order of versions with one stamp
    told._occurrence as version_occurrence,
    told._content_hash as version_hash,

    -- filled in
    coalesce(told.employee_status, 'active') as employee_status,

    -- nobody told the delete: a full reading lacked the key (full_reading.py)
    told._is_deleted and told._content_hash = md5('')::uuid as is_missing

from {{ source('shop', 'employees') }} as told

where told._batch_id not in {{ held_batches() }}
