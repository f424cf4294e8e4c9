-- Grain: one half year since the first purchase. Contract: spend_by_tenure.yml.
with

cohorts as (

    select * from {{ ref('int_cohorts_followed') }}

),

-- every other quarter ends a half year
tenures as (

    select
        cohorts.*,
        (cohorts.quarter_number - 1) / 2 as half_year_number
    from cohorts
    where cohorts.quarter_number % 2 = 1

),

tenures_summed as (

    select
        tenures.half_year_number,
        sum(tenures.customer_count)::bigint as customer_count,
        sum(tenures.amount) as amount,
        sum(tenures.first_amount) as first_amount,
        sum(tenures.amount_squares) as amount_squares,
        sum(tenures.first_amount_squares) as first_amount_squares,
        sum(tenures.products) as products,
        sum(tenures.buyer_count)::bigint as buyer_count,
        sum(tenures.buyers_amount) as buyers_amount,
        sum(tenures.buyers_first_amount) as buyers_first_amount,
        sum(tenures.buyers_amount_squares) as buyers_amount_squares,
        sum(tenures.buyers_first_amount_squares)
            as buyers_first_amount_squares,
        sum(tenures.buyers_products) as buyers_products

    from tenures

    group by tenures.half_year_number

),

-- of 30 on, the sums may be taken for normal
judged as (

    select
        tenures_summed.*,
        tenures_summed.amount / nullif(tenures_summed.first_amount, 0)
            as ratio,
        tenures_summed.buyers_amount
        / nullif(tenures_summed.buyers_first_amount, 0) as buyers_ratio,
        tenures_summed.customer_count >= 30
        and tenures_summed.first_amount > 0 as is_measured,
        tenures_summed.buyer_count >= 30
        and tenures_summed.buyers_first_amount > 0 as are_buyers_measured

    from tenures_summed

),

-- a ratio of means, its deviation by the delta method (Cochran 1977, 2.38)
deviated as (

    select
        judged.*,
        sqrt(
            greatest(
                judged.amount_squares
                - 2 * judged.ratio * judged.products
                + judged.ratio ^ 2 * judged.first_amount_squares,
                0
            )
            * judged.customer_count
            / nullif(judged.customer_count - 1, 0)
        ) / nullif(judged.first_amount, 0) as deviation,
        sqrt(
            greatest(
                judged.buyers_amount_squares
                - 2 * judged.buyers_ratio * judged.buyers_products
                + judged.buyers_ratio ^ 2
                * judged.buyers_first_amount_squares,
                0
            )
            * judged.buyer_count
            / nullif(judged.buyer_count - 1, 0)
        ) / nullif(judged.buyers_first_amount, 0) as buyers_deviation

    from judged

),

final as (

    select
        told.half_year_number,
        told.half_year_number * 6 as first_month_number,
        case
            when told.are_buyers_measured then 'measured' else 'too_few'
        end as ratio_status,
        told.customer_count,
        told.buyer_count,
        (told.first_amount / told.customer_count)::numeric(18, 2)
            as mean_first_amount,
        (told.amount / told.customer_count)::numeric(18, 2) as mean_amount,
        (told.buyers_first_amount / nullif(told.buyer_count, 0))::numeric(
            18, 2
        ) as buyers_mean_first_amount,
        (told.buyers_amount / nullif(told.buyer_count, 0))::numeric(18, 2)
            as buyers_mean_amount,
        case
            when told.are_buyers_measured
                then {{ six_digits('told.buyers_ratio') }}
        end as ratio,
        case
            when told.are_buyers_measured
                then {{ six_digits(
                    'told.buyers_ratio - ' ~ normal_quantile()
                    ~ ' * told.buyers_deviation'
                ) }}
        end as ratio_low,
        case
            when told.are_buyers_measured
                then {{ six_digits(
                    'told.buyers_ratio + ' ~ normal_quantile()
                    ~ ' * told.buyers_deviation'
                ) }}
        end as ratio_high,
        case
            when told.is_measured then {{ six_digits('told.ratio') }}
        end as ratio_of_all,
        case
            when told.is_measured
                then {{ six_digits(
                    'told.ratio - ' ~ normal_quantile() ~ ' * told.deviation'
                ) }}
        end as ratio_of_all_low,
        case
            when told.is_measured
                then {{ six_digits(
                    'told.ratio + ' ~ normal_quantile() ~ ' * told.deviation'
                ) }}
        end as ratio_of_all_high,
        case
            when told.are_buyers_measured and told.is_measured
                then {{ six_digits(
                    '(told.buyers_amount / told.buyer_count)'
                    ~ ' / (told.first_amount / told.customer_count)'
                ) }}
        end as naive_ratio

    from deviated as told

)

select * from final
