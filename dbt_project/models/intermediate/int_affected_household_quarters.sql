-- Grain: one household and one quarter which this build must sum anew: any that
-- was ever told of a customer of whom it sums the quarter.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected as (

    select * from {{ ref('int_affected_customer_quarters') }}

),

customers as (

    select * from {{ source('shop', 'customers') }}

),

final as (

    select distinct
        customers.household_id,
        affected.quarter_start_date

    from affected

    inner join customers
        on affected.customer_id = customers.customer_id

    where customers.household_id is not null

)

select * from final
