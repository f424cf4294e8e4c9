-- Grain: one response to a campaign that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('campaign_responses', 'response_id', [
        (
            'customer_id', 'int_customers_told', 'customer_id',
            business_day_start('told.response_date')
        ),
        ('campaign_id', 'int_campaigns_first_told', 'campaign_id', none),
    ]) }}

)

select * from final
