-- Grain: one statement of a customer about being contacted.
-- Contract: fct_consents.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=[
        'source_customer_id', 'channel_code', 'purpose_code', 'changed_at'
    ],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['current_customer_id']}]
) }}

with

consents as (

    select * from {{ ref('stg_shop__consents') }}

),

affected as (

    select * from {{ ref('int_affected_consents') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

final as (

    select
        {{ customer_columns('consents.customer_id') }},
        consents.channel_code,
        consents.purpose_code,
        consents.consent_state,
        consents.consent_source_code,
        consents.notice_version,
        {{ business_date('consents.changed_at') }} as change_date,
        consents.changed_at

    from consents

    inner join affected
        on consents.customer_id = affected.source_customer_id

    left join customers
        on
            consents.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'consents.changed_at') }}

)

select * from final
