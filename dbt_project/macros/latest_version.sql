{#
    For the `where` of a staging model: the row `told` of a raw table is the last
    version of its key, not a delete, and of no batch that a gate holds. Only stamp,
    occurrence and hash order versions. With `deleted='flagged'` a key that the
    source has deleted goes on with the last version before.

    Whether a later version exists is asked of the index for every row: `is false`
    keeps PostgreSQL from joining the table with itself, which a wrong estimate
    turns into hours. For the same reason staging models have no `with`: PostgreSQL
    cannot join a view that has one by the index below it, and a night would read
    all of raw for its few affected keys.
#}
{% macro is_latest_version(relation, key, deleted='dropped') -%}
    {%- set conditions = {
        'dropped': 'true', 'flagged': 'not later._is_deleted'
    } -%}
    not told._is_deleted
    and told._batch_id not in {{ held_batches() }}
    and {{ is_followed(relation, key, conditions[deleted]) }} is false
{%- endmacro %}

{# Whether the row `told`, the last that is no delete, was deleted since. #}
{% macro is_deleted_since(relation, key) -%}
    {{ is_followed(relation, key, 'later._is_deleted') }}
{%- endmacro %}

{# Whether a later version of the row `told` fulfils `condition`. #}
{% macro is_followed(relation, key, condition) -%}
    exists (
        select 1
        from {{ relation }} as later
        where
            (later.{{ key | join(', later.') }})
            = (told.{{ key | join(', told.') }})
            and (later._source_stamp, later._occurrence, later._content_hash)
            > (told._source_stamp, told._occurrence, told._content_hash)
            and later._batch_id not in {{ held_batches() }}
            and {{ condition }}
    )
{%- endmacro %}
