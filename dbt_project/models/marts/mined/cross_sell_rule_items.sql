-- Grain: one item of one rule on one night; here only the night under way.
-- Contract: cross_sell_rule_items.yml.
with

items as (

    select * from {{ source('mined', 'cross_sell_rule_items') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        items.as_of_date,
        items.rule_id,
        items.side_code,
        items.item_id

    from items

    inner join nights
        on items.as_of_date = nights.business_date

)

select * from final
