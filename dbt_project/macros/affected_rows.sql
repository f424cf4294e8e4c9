{#
    Body of an `int_affected_<fact>` whose rows stand alone: keys of rows that a batch
    of this build tells of, or whose dimensions it tells of. `followed` has for each
    column the model that lists the ids told, the name of the id there and, where that
    model says from when on, the moment at which the fact looks its version up, else
    none. A raw table is read once for each use, since PostgreSQL finds the index
    behind one place only.
#}
{% macro affected_rows(entity, key, followed) -%}
    select told.{{ key }}
    from {{ source('shop', entity) }} as told
    where {{ is_pinned('told._batch_id') }}
    {%- for column, model, id, moment in followed %}
        union
        select told.{{ key }}
        from {{ source('shop', entity) }} as told
        inner join {{ ref(model) }} as {{ model }}
            on told.{{ column }} = {{ model }}.{{ id }}
        where {{ moment ~ ' >= ' ~ model ~ '.told_from' if moment else true }}
    {%- endfor %}
{%- endmacro %}

{#
    Ids of a dimension of periods of which this build's batches tell, and from when on
    facts may find another period of them: what lies before the earliest version told
    does not change, unless that version is the first of all.
#}
{% macro ids_told(entity, id) -%}
    select
        told.{{ id }},
        case
            when
                min(told._source_stamp) < min(told._source_stamp) filter (
                    where told._batch_id in {{ pinned_batches() }}
                )
                then min(told._source_stamp) filter (
                    where told._batch_id in {{ pinned_batches() }}
                )
            else '-infinity'::timestamptz
        end as told_from
    from {{ source('shop', entity) }} as told
    inner join (
        select distinct by_batch.{{ id }}
        from {{ source('shop', entity) }} as by_batch
        where {{ is_pinned('by_batch._batch_id') }}
    ) as touched
        on told.{{ id }} = touched.{{ id }}
    where told._batch_id not in {{ held_batches() }}
    group by told.{{ id }}
{%- endmacro %}
