-- Grain: one period in which what is known of a customer stayed the same (Type
-- 2). The first period begins at -infinity: an order older than the record
-- finds it.
with

versions as (

    select * from {{ ref('stg_shop__customer_versions') }}

),

-- of two versions with one stamp the last by occurrence and hash counts
last_of_each_moment as (

    select distinct on (versions.customer_id, versions.told_at) versions.*
    from versions
    order by
        versions.customer_id asc,
        versions.told_at asc,
        versions.version_occurrence desc,
        versions.version_hash desc

),

compared as (

    select
        last_of_each_moment.*,
        lag(last_of_each_moment.version_hash) over history as previous_hash,
        lag(last_of_each_moment.is_deleted) over history as previous_is_deleted

    from last_of_each_moment

    window history as (
        partition by last_of_each_moment.customer_id
        order by last_of_each_moment.told_at
    )

),

changes as (

    select *
    from compared
    where
        previous_hash is distinct from version_hash
        or previous_is_deleted is distinct from is_deleted

),

bounded as (

    select
        changes.*,
        case
            when
                lag(changes.told_at) over history is null
                then '-infinity'::timestamptz
            else changes.told_at
        end as valid_from,
        coalesce(
            lead(changes.told_at) over history, 'infinity'::timestamptz
        ) as valid_to

    from changes

    window history as (
        partition by changes.customer_id
        order by changes.told_at
    )

),

final as (

    select
        -- seconds since 1970, since a moment's text depends on the session
        {{ dbt.hash(dbt.concat([
            "bounded.customer_id",
            "'|'",
            "extract(epoch from bounded.valid_from)::text",
        ])) }} as customer_key,
        bounded.customer_id,
        bounded.household_id,
        bounded.customer_status,
        bounded.province,
        bounded.district,
        bounded.phone_hash,
        bounded.email_hash,
        bounded.birth_year,
        bounded.valid_to = 'infinity' as is_current,
        bounded.registered_at,
        bounded.valid_from,
        bounded.valid_to

    from bounded

    -- a deleted customer's last period ends where the delete was told
    where not bounded.is_deleted

)

select * from final
