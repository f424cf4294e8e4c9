-- Grain: one told contact which this build must judge anew: a batch touches it,
-- or its answer or promise fell due since contacts were last published.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected_interactions as (

    select * from {{ ref('int_affected_interactions') }}

),

interactions as (

    select * from {{ ref('fct_interactions') }}

),

final as (

    select
        'interaction:' || affected_interactions.interaction_id
            as interaction_id
    from affected_interactions
    union
    select interactions.interaction_id
    from interactions
    where
        interactions.due_at
        >= {{ told_until('interactions', published=true) }}
        and interactions.due_at < {{ told_until('interactions') }}

)

select * from final
