-- Grain: one rule on one night; here only the night under way.
-- Contract: cross_sell_rules.yml.
with

rules as (

    select * from {{ source('mined', 'cross_sell_rules') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        rules.as_of_date,
        rules.rule_id,
        rules.rule_type,
        rules.item_level,
        rules.antecedent,
        rules.consequent,
        rules.support,
        rules.confidence,
        rules.lift,
        rules.conviction,
        rules.conviction_status,
        rules.order_count,
        rules.expected_count,
        rules.adjusted_lift,
        rules.q_value,
        rules.out_of_time_lift,
        rules.out_of_time_expected_count,
        rules.due_days,
        rules.valid_until,
        rules.is_published,
        rules.status,
        rules.model_version

    from rules

    inner join nights
        on rules.as_of_date = nights.business_date

)

select * from final
