-- Grain: one offer of one list to one customer on one night; here only the
-- night under way.
-- Contract: next_best_products.yml.
with

offers as (

    select * from {{ source('mined', 'next_best_products') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        offers.as_of_date,
        offers.customer_id,
        offers.list,
        offers.rank,
        offers.product_id,
        offers.score,
        offers.reason_code,
        offers.reason_product_id,
        offers.rule_id,
        offers.model_version

    from offers

    inner join nights
        on offers.as_of_date = nights.business_date

)

select * from final
