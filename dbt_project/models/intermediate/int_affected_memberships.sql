-- Grain: one customer id whose current customer may have changed in this build.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

final as (

    select distinct connected.customer_id
    from connected

)

select * from final
