{#
    Moment until which all is told of an entity: the end of the newest business date
    of which a batch was read. What fell due before it and is not done was not done
    in time; what falls due later nobody can say, though other entities may be told
    further. With `published`, how far a published build has judged by. Null of an
    entity that was never read.
#}
{% macro told_until(entity, published=false) -%}
    (
        select
            {{ business_day_start('(max(read_batches.business_date) + 1)') }}
        from {{ source('ledger', 'batches') }} as read_batches
        where
            read_batches.entity = '{{ entity }}'
            and read_batches.batch_id not in {{ held_batches() }}
            and {{
                'read_batches.batch_id not in ' ~ pinned_batches()
                if published else 'true'
            }}
    )
{%- endmacro %}
