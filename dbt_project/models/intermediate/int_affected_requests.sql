-- Grain: one service case whose deadline this build must judge anew: a batch
-- touches it, or its promised moment passed since cases were last published.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected_cases as (

    select * from {{ ref('int_affected_cases') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

final as (

    select affected_cases.case_id
    from affected_cases
    union
    select cases.case_id
    from cases
    where
        cases.promised_at
        >= {{ told_until('service_cases', published=true) }}
        and cases.promised_at < {{ told_until('service_cases') }}

)

select * from final
