-- Grain: one current customer. What was mined is of the night that each mart
-- shows: of a job whose marts are held, the last good one. Contract:
-- customer_360.yml.
with

customers as (

    select * from {{ ref('dim_customers') }}
    where
        is_current
        and customer_id = current_customer_id
        and customer_id != '(unknown)'

),

summed as (

    select * from {{ ref('int_customers_summed') }}

),

profits as (

    select * from {{ ref('customer_profits') }}

),

months as (

    select * from {{ ref('fct_customer_months') }}

),

grades as (

    select * from {{ ref('customer_grades') }}

),

permissions as (

    select * from {{ ref('customer_contact_permissions_current') }}

),

segments as (

    select * from {{ source('mined', 'customer_segments') }}

),

lifetime_values as (

    select * from {{ source('mined', 'customer_lifetime_values') }}

),

predictions as (

    select * from {{ source('mined', 'churn_predictions') }}
    where label_code = 'no_purchase'

),

offers as (

    select * from {{ source('mined', 'next_best_products') }}
    where list = 'new' and rank = 1

),

mart_nights as (

    select * from {{ source('ledger', 'mart_nights') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select
        date_trunc('month', max(batches.business_date))::date as last_month,
        date_trunc('quarter', max(batches.business_date))::date
            as last_quarter,
        (
            date_trunc('quarter', max(batches.business_date) + 1)
            - interval '3 months'
        )::date as last_closed_quarter
    from batches

),

profits_of_now as (

    select profits.*
    from profits
    inner join bounds
        on profits.quarter_start_date = bounds.last_quarter

),

months_of_now as (

    select months.*
    from months
    inner join bounds
        on months.month_start_date = bounds.last_month

),

grades_of_now as (

    select grades.*
    from grades
    inner join bounds
        on grades.quarter_start_date = bounds.last_closed_quarter

),

segments_of_now as (

    select segments.*
    from segments
    inner join mart_nights
        on
            segments.as_of_date = mart_nights.as_of_date
            and mart_nights.mart = 'customer_segments'

),

values_of_now as (

    select lifetime_values.*
    from lifetime_values
    inner join mart_nights
        on
            lifetime_values.as_of_date = mart_nights.as_of_date
            and mart_nights.mart = 'customer_lifetime_values'

),

predictions_of_now as (

    select predictions.*
    from predictions
    inner join mart_nights
        on
            predictions.as_of_date = mart_nights.as_of_date
            and mart_nights.mart = 'churn_predictions'

),

offers_of_now as (

    select offers.*
    from offers
    inner join mart_nights
        on
            offers.as_of_date = mart_nights.as_of_date
            and mart_nights.mart = 'next_best_products'

),

permissions_counted as (

    select
        permissions.customer_id,
        count(*) filter (where permissions.may_contact_day)
            as permitted_channel_count,
        min(permissions.reconfirm_by) as reconfirm_by_date

    from permissions

    group by permissions.customer_id

),

joined as (

    select
        customers.customer_id,
        customers.household_id,
        customers.account_id,
        customers.employee_id,
        customers.customer_status,
        grades_of_now.grade_code,
        grades_of_now.movement_code as grade_movement_code,
        summed.first_touch_channel_code,
        summed.registration_channel_code,
        summed.first_order_channel_code,
        summed.main_channel_code,
        summed.last_order_channel_code,
        summed.margin_amount,
        summed.profit_amount,
        profits_of_now.yearly_profit_amount,
        summed.registered_date,
        summed.first_touch_date,
        summed.first_order_date,
        summed.last_order_date,
        summed.last_contact_date,
        summed.last_session_date,
        permissions_counted.reconfirm_by_date,
        segments_of_now.as_of_date as segments_as_of_date,
        segments_of_now.rfm_segment_code,
        segments_of_now.value_grade,
        segments_of_now.cluster_code,
        segments_of_now.cluster_name,
        values_of_now.as_of_date as values_as_of_date,
        values_of_now.clv_amount,
        values_of_now.clv_low_amount,
        values_of_now.clv_high_amount,
        predictions_of_now.as_of_date as churn_as_of_date,
        predictions_of_now.churn_probability,
        predictions_of_now.risk_band,
        predictions_of_now.reason_1_code as churn_reason_code,
        offers_of_now.as_of_date as products_as_of_date,
        offers_of_now.product_id as next_product_id,
        case
            when segments_of_now.customer_id is not null
                then segments_of_now.lifecycle_stage_code
            when
                coalesce(summed.order_count, 0) = 0
                and coalesce(customers.customer_status, '') != 'withdrawn'
                then 'prospect'
        end as lifecycle_stage_code,
        coalesce(summed.order_count, 0) as order_count,
        coalesce(summed.net_amount, 0)::numeric(18, 2) as net_amount,
        coalesce(profits_of_now.yearly_order_count, 0) as yearly_order_count,
        coalesce(profits_of_now.yearly_net_amount, 0)::numeric(18, 2)
            as yearly_net_amount,
        coalesce(months_of_now.open_case_count, 0) as open_case_count,
        coalesce(permissions_counted.permitted_channel_count, 0)
            as permitted_channel_count,
        (
            num_nonnulls(
                customers.birth_year,
                customers.province,
                customers.district,
                customers.phone_hash,
                customers.email_hash,
                nullif(customers.household_id, '(unknown)'),
                customers.registered_at,
                permissions_counted.customer_id,
                summed.last_session_date
            ) / 9.0
        )::double precision as profile_share

    from customers

    left join summed
        on customers.customer_id = summed.customer_id

    left join profits_of_now
        on customers.customer_id = profits_of_now.customer_id

    left join months_of_now
        on customers.customer_id = months_of_now.customer_id

    left join grades_of_now
        on customers.customer_id = grades_of_now.customer_id

    left join permissions_counted
        on customers.customer_id = permissions_counted.customer_id

    left join segments_of_now
        on customers.customer_id = segments_of_now.customer_id

    left join values_of_now
        on customers.customer_id = values_of_now.customer_id

    left join predictions_of_now
        on customers.customer_id = predictions_of_now.customer_id

    left join offers_of_now
        on customers.customer_id = offers_of_now.customer_id

),

final as (

    select
        customer_id,
        household_id,
        account_id,
        employee_id,
        customer_status,
        grade_code,
        grade_movement_code,
        first_touch_channel_code,
        registration_channel_code,
        first_order_channel_code,
        main_channel_code,
        last_order_channel_code,
        order_count,
        net_amount,
        margin_amount,
        profit_amount,
        yearly_order_count,
        yearly_net_amount,
        yearly_profit_amount,
        open_case_count,
        permitted_channel_count,
        profile_share,
        registered_date,
        first_touch_date,
        first_order_date,
        last_order_date,
        last_contact_date,
        last_session_date,
        reconfirm_by_date,
        segments_as_of_date,
        rfm_segment_code,
        value_grade,
        lifecycle_stage_code,
        cluster_code,
        cluster_name,
        values_as_of_date,
        clv_amount,
        clv_low_amount,
        clv_high_amount,
        churn_as_of_date,
        churn_probability,
        risk_band,
        churn_reason_code,
        products_as_of_date,
        next_product_id

    from joined

)

select * from final
