-- Grain: one household and one quarter. Contract: household_values.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['household_id', 'quarter_start_date'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_household_quarters') }}

),

profits as (

    select * from {{ ref('customer_profits') }}

),

members_ranked as (

    select
        profits.*,
        row_number() over (
            partition by profits.household_id, profits.quarter_start_date
            order by profits.yearly_net_amount desc, profits.customer_id asc
        ) as rank_from_best

    from affected

    inner join profits
        on
            affected.household_id = profits.household_id
            and affected.quarter_start_date = profits.quarter_start_date

),

households_summed as (

    select
        members.household_id,
        members.quarter_start_date,
        max(members.customer_id) filter (where members.rank_from_best = 1)
            as best_member_customer_id,
        count(*) as member_count,
        count(*) filter (where members.yearly_order_count > 0)
            as buying_member_count,
        sum(members.order_count)::bigint as order_count,
        sum(members.net_amount) as net_amount,
        case
            when count(*) = count(members.profit_amount)
                then sum(members.profit_amount)
        end as profit_amount,
        sum(members.yearly_order_count)::bigint as yearly_order_count,
        sum(members.yearly_net_amount) as yearly_net_amount,
        case
            when count(*) = count(members.yearly_margin_amount)
                then sum(members.yearly_margin_amount)
        end as yearly_margin_amount,
        case
            when count(*) = count(members.yearly_profit_amount)
                then sum(members.yearly_profit_amount)
        end as yearly_profit_amount,
        max(members.yearly_net_amount) as best_member_net_amount

    from members_ranked as members

    group by members.household_id, members.quarter_start_date

),

final as (

    select
        household_id,
        quarter_start_date,
        best_member_customer_id,
        member_count,
        buying_member_count,
        order_count,
        net_amount::numeric(18, 2) as net_amount,
        profit_amount::numeric(18, 2) as profit_amount,
        yearly_order_count,
        yearly_net_amount::numeric(18, 2) as yearly_net_amount,
        yearly_margin_amount::numeric(18, 2) as yearly_margin_amount,
        yearly_profit_amount::numeric(18, 2) as yearly_profit_amount,
        best_member_net_amount::numeric(18, 2) as best_member_net_amount,
        (
            yearly_net_amount - best_member_net_amount
        )::numeric(18, 2) as other_members_net_amount

    from households_summed

)

select * from final
