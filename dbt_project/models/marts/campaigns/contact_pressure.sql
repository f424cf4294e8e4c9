-- Grain: one month and one pressure, by how often customers were approached in
-- it. Contract: contact_pressure.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'pressure_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select distinct month_start_date
    from {{ ref('int_affected_contact_months') }}

),

contact_months as (

    select * from {{ ref('int_contact_months') }}

),

customers_told as (

    select
        contact_months.*,
        case
            when contact_months.contact_count <= 3
                then contact_months.contact_count::text
            when contact_months.contact_count <= 6 then '4_to_6'
            else '7_and_more'
        end as pressure_code

    from affected

    inner join contact_months
        on affected.month_start_date = contact_months.month_start_date

),

pressures_summed as (

    select
        told.month_start_date,
        told.pressure_code,
        count(*) as customer_count,
        sum(told.contact_count)::bigint as contact_count,
        sum(told.repeated_contact_count)::bigint as repeated_contact_count,
        sum(told.refused_contact_count)::bigint as refused_contact_count,
        count(*) filter (where told.has_responded) as responding_count,
        count(*) filter (where told.has_opted_out) as opt_out_count,
        case
            when sum(told.unknown_cost_count) = 0
                then sum(told.cost_amount)
        end::numeric(18, 2) as cost_amount

    from customers_told as told

    group by told.month_start_date, told.pressure_code

),

final as (

    select
        sums.month_start_date,
        sums.pressure_code,
        sums.customer_count,
        sums.contact_count,
        sums.repeated_contact_count,
        sums.refused_contact_count,
        sums.responding_count,
        sums.opt_out_count,
        sums.cost_amount,
        sums.responding_count::double precision / sums.customer_count
            as responding_share,
        sums.opt_out_count::double precision / sums.customer_count
            as opt_out_share

    from pressures_summed as sums

)

select * from final
