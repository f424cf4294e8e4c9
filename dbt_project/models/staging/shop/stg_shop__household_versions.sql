-- Grain: one version of one household, as the source told it; deletes included.
select
    -- ids
    told.household_id,

    -- strings
    told.age_band,
    told.income_band,
    told.home_ownership,
    told.marital_status,
    told.household_size,
    told.household_composition,
    told.kids_count,

    -- booleans
    told._is_deleted as is_deleted,

    -- timestamps
    told._source_stamp as told_at,

    -- order of versions with one stamp
    told._occurrence as version_occurrence,
    told._content_hash as version_hash,

    -- nobody told the delete: a full reading lacked the key (full_reading.py)
    told._is_deleted and told._content_hash = md5('')::uuid as is_missing

from {{ source('shop', 'households') }} as told

where told._batch_id not in {{ held_batches() }}
