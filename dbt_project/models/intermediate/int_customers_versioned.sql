-- Grain: one period in which what is known of a customer stayed the same (Type
-- 2). The first period begins at -infinity: an order older than the record
-- finds it. Who is not read any more stays as last known, with a status that
-- says so: `missing`, unless the source told of an end before.
{% set told = [
    'household_id', 'province', 'district', 'phone_hash', 'email_hash',
    'birth_year', 'registered_at',
] %}

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
        changes.customer_id,
        changes.is_missing,
        changes.is_deleted,
        lag(changes.is_deleted) over history as is_deleted_before,
        {% for column in told %}
            case
                when changes.is_missing
                    then lag(changes.{{ column }}) over history
                else changes.{{ column }}
            end as {{ column }},
        {% endfor %}
        case
            when not changes.is_missing then changes.customer_status
            when
                lag(changes.customer_status) over history
                in ('withdrawn', 'merged')
                then lag(changes.customer_status) over history
            else 'missing'
        end as customer_status,
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
    where
        not bounded.is_deleted
        or (bounded.is_missing and not bounded.is_deleted_before)

)

select * from final
