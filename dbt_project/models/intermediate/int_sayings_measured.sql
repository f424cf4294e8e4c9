-- Grain: one saying of the textbooks, with this company's number, its interval
-- and of how many customers it was seen.
with

years as (

    select * from {{ ref('int_closed_years') }}

),

customers as (

    select * from {{ ref('int_customer_years') }}

),

tenures as (

    select * from {{ ref('spend_by_tenure') }}
    where first_month_number = 24

),

sequences as (

    select * from {{ ref('channel_sequences') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

-- profit where every buyer's is known, else margin
bases as (

    select
        coalesce(
            bool_and(customers.profit_amount is not null), false
        ) as is_profit_known,
        coalesce(
            bool_and(customers.margin_amount is not null), false
        ) as is_margin_known
    from customers
    where customers.is_buyer

),

-- a curve needs parts that are not negative
amounts as (

    select
        customers.customer_id,
        measures.saying_code,
        measures.lower_share,
        greatest(measures.amount, 0)::double precision as amount

    from customers

    cross join bases

    cross join
        lateral (
            values
            ('revenue_80_20', 0.80::double precision, customers.net_amount),
            (
                'profit_85_15',
                0.85::double precision,
                case
                    when bases.is_profit_known then customers.profit_amount
                    when bases.is_margin_known then customers.margin_amount
                end
            )
        ) as measures (saying_code, lower_share, amount)

    where customers.is_buyer and measures.amount is not null

),

ranked as (

    select
        amounts.*,
        row_number() over (
            partition by amounts.saying_code
            order by amounts.amount, amounts.customer_id
        ) as rank_from_lowest,
        count(*) over (partition by amounts.saying_code) as customer_count,
        sum(amounts.amount) over (partition by amounts.saying_code)
            as positive_amount
    from amounts

),

curves as (

    select
        ranked.saying_code,
        ranked.lower_share,
        max(ranked.customer_count) as customer_count,
        max(ranked.positive_amount) / max(ranked.customer_count)
            as mean_amount,
        {{ lorenz_share('ranked.lower_share') }} as lower_amount_share,
        percentile_disc(ranked.lower_share) within group (
            order by ranked.amount
        ) as edge_amount
    from ranked
    group by ranked.saying_code, ranked.lower_share

),

-- by how much each customer moves the point of the curve (Beach and Davidson
-- 1983)
moved as (

    select
        ranked.saying_code,
        (
            least(ranked.amount - curves.edge_amount, 0)
            + curves.lower_share * curves.edge_amount
            - curves.lower_amount_share * ranked.amount
        ) / nullif(curves.mean_amount, 0) as influence

    from ranked

    inner join curves
        on ranked.saying_code = curves.saying_code

),

deviated as (

    select
        moved.saying_code,
        sqrt(sum(moved.influence ^ 2)) / count(*) as deviation
    from moved
    group by moved.saying_code

),

concentrations as (

    select
        curves.saying_code,
        curves.customer_count,
        1 - curves.lower_amount_share as company_value,
        1 - curves.lower_amount_share
        - {{ normal_quantile() }} * deviated.deviation as company_low,
        1 - curves.lower_amount_share
        + {{ normal_quantile() }} * deviated.deviation as company_high

    from curves

    inner join deviated
        on curves.saying_code = deviated.saying_code

),

costs as (

    select
        count(*) filter (where customers.is_won) as won_count,
        count(*) filter (where customers.is_kept) as kept_count,
        count(*) filter (where customers.was_buyer) as before_count,
        sum(customers.winning_cost_amount)::double precision
            as winning_amount,
        sum(customers.keeping_cost_amount)::double precision
            as keeping_amount,
        coalesce(
            bool_and(customers.is_cost_known)
            and sum(
                customers.winning_cost_amount + customers.keeping_cost_amount
            ) > 0,
            false
        ) as are_costs_known
    from customers

),

-- a ratio of four sums: the deviation of its logarithm by the delta method
costs_deviated as (

    select
        sqrt(sum(
            (
                customers.winning_cost_amount::double precision
                / nullif(costs.winning_amount, 0)
                - customers.is_won::integer::double precision
                / nullif(costs.won_count, 0)
                - customers.keeping_cost_amount::double precision
                / nullif(costs.keeping_amount, 0)
                + customers.is_kept::integer::double precision
                / nullif(costs.kept_count, 0)
            ) ^ 2
        )) as deviation
    from customers
    cross join costs

),

cost_ratios as (

    select
        costs.are_costs_known,
        costs_deviated.deviation,
        least(costs.won_count, costs.kept_count) as customer_count,
        (costs.winning_amount / nullif(costs.won_count, 0))
        / nullif(costs.keeping_amount / nullif(costs.kept_count, 0), 0)
            as ratio
    from costs
    cross join costs_deviated

),

retentions as (

    select
        costs.before_count,
        costs.kept_count::double precision
        / nullif(costs.before_count, 0) as kept_share,
        {{ wilson_limit('costs.kept_count', 'costs.before_count', '-') }}
            as kept_low,
        {{ wilson_limit('costs.kept_count', 'costs.before_count', '+') }}
            as kept_high
    from costs

),

-- of whom it is known where they met the company first
touches as (

    select
        coalesce(sum(sequences.customer_count), 0)::bigint as customer_count,
        coalesce(sum(sequences.customer_count) filter (
            where channels.channel_group_code = 'store'
        ), 0)::bigint as branch_count

    from years

    inner join sequences
        on
            years.year_start_date <= sequences.beginning_quarter_date
            and years.last_quarter_date >= sequences.beginning_quarter_date

    inner join channels
        on sequences.first_touch_channel_code = channels.channel_code

    where channels.channel_group_code is not null

),

branches as (

    select
        coalesce(
            bool_or(channels.channel_group_code = 'store'), false
        ) as are_told
    from channels

),

measured as (

    select
        concentrations.saying_code,
        concentrations.customer_count,
        concentrations.company_value,
        concentrations.company_low,
        concentrations.company_high,
        years.is_year_told as is_history_told,
        true as is_input_told
    from concentrations
    cross join years

    union all

    select
        'winning_costs_6_to_7' as saying_code,
        cost_ratios.customer_count,
        cost_ratios.ratio as company_value,
        cost_ratios.ratio
        * exp(-{{ normal_quantile() }} * cost_ratios.deviation) as company_low,
        cost_ratios.ratio
        * exp({{ normal_quantile() }} * cost_ratios.deviation) as company_high,
        years.is_year_before_told as is_history_told,
        cost_ratios.are_costs_known as is_input_told
    from cost_ratios
    cross join years

    union all

    -- the gain grows with the share kept up to 95 %, and falls beyond
    select
        'retention_plus_5' as saying_code,
        retentions.before_count as customer_count,
        {{ gain_of_keeping('retentions.kept_share') }} as company_value,
        least(
            {{ gain_of_keeping('retentions.kept_low') }},
            {{ gain_of_keeping('retentions.kept_high') }}
        ) as company_low,
        case
            when 0.95 between retentions.kept_low and retentions.kept_high
                then {{ gain_of_keeping('0.95::double precision') }}
            else
                greatest(
                    {{ gain_of_keeping('retentions.kept_low') }},
                    {{ gain_of_keeping('retentions.kept_high') }}
                )
        end as company_high,
        years.is_year_before_told as is_history_told,
        true as is_input_told
    from retentions
    cross join years

    union all

    select
        'months_24_to_30' as saying_code,
        tenures.buyer_count as customer_count,
        tenures.ratio as company_value,
        tenures.ratio_low as company_low,
        tenures.ratio_high as company_high,
        true as is_history_told,
        true as is_input_told
    from tenures

    union all

    select
        'branch_first_70' as saying_code,
        touches.customer_count,
        touches.branch_count::double precision
        / nullif(touches.customer_count, 0) as company_value,
        {{ wilson_limit(
            'touches.branch_count', 'touches.customer_count', '-'
        ) }} as company_low,
        {{ wilson_limit(
            'touches.branch_count', 'touches.customer_count', '+'
        ) }} as company_high,
        years.is_year_told as is_history_told,
        branches.are_told as is_input_told
    from touches
    cross join branches
    cross join years

),

final as (

    select
        measured.saying_code,
        measured.customer_count,
        measured.is_history_told,
        measured.is_input_told,
        {{ six_digits('measured.company_value') }} as company_value,
        {{ six_digits('measured.company_low') }} as company_low,
        {{ six_digits('measured.company_high') }} as company_high
    from measured

)

select * from final
