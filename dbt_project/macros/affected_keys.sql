{#
    Incremental strategy of the facts. `meta.affected` of the model's config names a
    model that lists the keys whose inputs tonight's batches touch; dates would not
    do, since a batch can change old rows. All rows of these keys were computed
    anew: those that are gone or different are deleted, those not there inserted, so
    that a row that stays the same is not written. Where `meta.affected_from` names a
    column of the fact, those from `affected_from` of the key on were, and no others.
#}
{% macro get_incremental_affected_keys_sql(arg_dict) -%}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set computed = arg_dict['temp_relation'] -%}
    {%- set affected = ref(config.meta_require('affected')) -%}
    {%- set key = config.meta_require('affected_key') -%}
    {%- set key = [key] if key is string else key -%}
    {%- set from = config.meta_get('affected_from') -%}
    {%- set is_not_before = (
        "and kept." ~ from ~ " >= affected.affected_from" if from else ""
    ) -%}
    {%- set row_key = config.require('unique_key') -%}
    {%- set row_key = [row_key] if row_key is string else row_key -%}
    {#- one that was analysed while empty is planned as such: each new row would
        be looked for among all those that the statement itself has inserted -#}
    {%- set is_empty = run_query(
        "select 1 from " ~ target ~ " limit 1"
    ) | length == 0 -%}
    {%- set names = arg_dict['dest_columns'] | map(attribute='name') | list -%}
    -- the planner knows nothing of a table of this transaction
    analyze {{ computed }};
    delete from {{ target }} as kept
    where
        exists (
            select 1
            from {{ affected }} as affected
            where
                (kept.{{ key | join(', kept.') }})
                = (affected.{{ key | join(', affected.') }})
                {{ is_not_before }}
        )
        and not exists (
            select 1
            from {{ computed }} as computed
            where
                (kept.{{ row_key | join(', kept.') }})
                = (computed.{{ row_key | join(', computed.') }})
                and (kept.{{ names | join(', kept.') }})
                is not distinct from (computed.{{ names | join(', computed.') }})
        );
    insert into {{ target }} ({{ names | join(', ') }})
    select computed.{{ names | join(', computed.') }}
    from {{ computed }} as computed
    {% if not is_empty -%}
    where not exists (
        select 1
        from {{ target }} as kept
        where
            (kept.{{ row_key | join(', kept.') }})
            = (computed.{{ row_key | join(', computed.') }})
    )
    {%- endif %}
{%- endmacro %}

{# Batches that this build takes up and no published build has covered. #}
{% macro pinned_batches() -%}
    (
        select pinned_batches.batch_id
        from {{ source('ledger', 'pinned_batches') }} as pinned_batches
    )
{%- endmacro %}

{#
    Whether a batch is one of those. The first of them is told as a number: by it the
    planner knows how few rows of a large table follow, where it can say nothing of
    a list that is still to be read, and finds them by the index.
#}
{% macro is_pinned(batch_id) -%}
    {{ batch_id }} >= {{ first_pinned_batch() }}
    and {{ batch_id }} in {{ pinned_batches() }}
{%- endmacro %}

{% macro first_pinned_batch() -%}
    {%- if execute and model.resource_type == 'model' -%}
        {{ run_query(
            "select coalesce(min(batch_id), 0) from ledger.pinned_batches"
        )[0][0] }}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{# Batches that a failed gate keeps away from every model. #}
{% macro held_batches() -%}
    (
        select held_batches.batch_id
        from {{ source('ledger', 'held_batches') }} as held_batches
    )
{%- endmacro %}
