-- Grain: one response to a campaign that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('campaign_responses', 'response_id', [
        ('customer_id', 'int_customers_told', 'customer_id'),
        ('campaign_id', 'int_campaigns_first_told', 'campaign_id'),
    ]) }}

)

select * from final
