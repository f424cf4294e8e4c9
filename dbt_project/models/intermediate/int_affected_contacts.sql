-- Grain: one campaign contact that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('campaign_contacts', 'contact_id', [
        (
            'customer_id', 'int_customers_told', 'customer_id',
            business_day_start('told.contact_date')
        ),
        ('campaign_id', 'int_campaigns_first_told', 'campaign_id', none),
    ]) }}

)

select * from final
