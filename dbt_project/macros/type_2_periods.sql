{#
    Common table expressions of a model of periods (Type 2): out of `versions`, which
    the model imports from staging, `periods`, in each of which what is told of
    `key` stayed the same. The first begins at -infinity: a fact older than the
    record finds it. Who is not read any more goes on as last known, with
    `is_missing`; where the source itself told a delete, the last period ends.
#}
{% macro type_2_periods(key, told) -%}
    -- of two versions with one stamp the last by occurrence and hash counts
    last_of_each_moment as (

        select distinct on (versions.{{ key }}, versions.told_at) versions.*
        from versions
        order by
            versions.{{ key }} asc,
            versions.told_at asc,
            versions.version_occurrence desc,
            versions.version_hash desc

    ),

    compared as (

        select
            last_of_each_moment.*,
            lag(last_of_each_moment.version_hash) over history
                as previous_hash,
            lag(last_of_each_moment.is_deleted) over history
                as previous_is_deleted

        from last_of_each_moment

        window history as (
            partition by last_of_each_moment.{{ key }}
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
            changes.{{ key }},
            changes.is_missing,
            changes.is_deleted,
            {% for column in told %}
                case
                    when changes.is_missing
                        then lag(changes.{{ column }}) over history
                    else changes.{{ column }}
                end as {{ column }},
            {% endfor %}
            lag(changes.is_deleted) over history as is_deleted_before,
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
            partition by changes.{{ key }}
            order by changes.told_at
        )

    ),

    periods as (

        select
            bounded.*,
            {{ period_key('bounded.' ~ key, 'bounded.valid_from') }}
                as period_key,
            bounded.valid_to = 'infinity' as is_current

        from bounded

        where
            not bounded.is_deleted
            or (bounded.is_missing and not bounded.is_deleted_before)

    )
{%- endmacro %}

{# Seconds since 1970, since a moment's text depends on the session. #}
{% macro period_key(id, valid_from) -%}
    {{ dbt.hash(dbt.concat([
        id, "'|'", "extract(epoch from " ~ valid_from ~ ")::text"
    ])) }}
{%- endmacro %}
