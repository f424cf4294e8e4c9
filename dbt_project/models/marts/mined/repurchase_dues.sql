-- Grain: one product of one customer on one night; here only the
-- night under way.
-- Contract: repurchase_dues.yml.
with

dues as (

    select * from {{ source('mined', 'repurchase_dues') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        dues.as_of_date,
        dues.customer_id,
        dues.product_id,
        dues.last_purchase_date,
        dues.purchase_day_count,
        dues.due_date,
        dues.model_version

    from dues

    inner join nights
        on dues.as_of_date = nights.business_date

)

select * from final
