{#
    Rows of a raw table that no later version of the same key replaces. Only stamp,
    occurrence and hash order versions; batches that a gate holds are not there.

    Whether a later version exists is asked of the index for every row (`is false`
    keeps PostgreSQL from turning it into a join): a join with a few affected keys
    then reads a few rows, and a wrong estimate never joins a table with itself.

    `deleted` says what becomes of a row that the source has deleted: 'dropped', or
    'flagged', where its last told version goes on with is_deleted.
#}
{% macro latest_version(relation, key, deleted='dropped') -%}
    select
        told.*{% if deleted == 'flagged' %},
        {{ is_followed(relation, key, 'later._is_deleted') }} as is_deleted
        {%- endif %}
    from {{ relation }} as told
    where
        not told._is_deleted
        and told._batch_id not in {{ held_batches() }}
        and {{ is_followed(
            relation, key, 'not later._is_deleted' if deleted == 'flagged'
        ) }} is false
{%- endmacro %}

{# Whether a later version of the row `told` is there. #}
{% macro is_followed(relation, key, condition=none) -%}
    exists (
        select 1
        from {{ relation }} as later
        where
            {%- for column in key %}
            later.{{ column }} = told.{{ column }} and
            {%- endfor %}
            (later._source_stamp, later._occurrence, later._content_hash)
            > (told._source_stamp, told._occurrence, told._content_hash)
            and later._batch_id not in {{ held_batches() }}
            {%- if condition %}
            and {{ condition }}
            {%- endif %}
    )
{%- endmacro %}
