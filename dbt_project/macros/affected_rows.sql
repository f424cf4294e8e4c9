{#
    Body of an `int_affected_<fact>` whose rows stand alone: keys of rows that a batch
    of this build tells of, or whose dimensions it tells of. `followed` has, for each
    column, the model that lists ids told and the name of the id there. A raw table is
    read once for each use, since PostgreSQL finds the index behind one place only.
#}
{% macro affected_rows(entity, key, followed) -%}
    select told.{{ key }}
    from {{ source('shop', entity) }} as told
    where told._batch_id in {{ pinned_batches() }}
    {%- for column, model, id in followed %}
        union
        select told.{{ key }}
        from {{ source('shop', entity) }} as told
        inner join {{ ref(model) }} as {{ model }}
            on told.{{ column }} = {{ model }}.{{ id }}
    {%- endfor %}
{%- endmacro %}
