-- Grain: one month, one source of leads and one campaign. Contract:
-- lead_quality.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'lead_source_code', 'campaign_id'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_lead_months') }}

),

leads as (

    select * from {{ ref('fct_leads') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

-- who became a customer after the lead came was none when it came
registrations as (

    select
        customers.current_customer_id,
        min(coalesce(customers.registered_at, '-infinity')) as registered_at
    from customers
    where customers.customer_id != '(unknown)'
    group by customers.current_customer_id

),

judged as (

    select
        affected.month_start_date,
        leads.campaign_id,
        leads.lead_status,
        leads.expected_amount,
        leads.match_code,
        coalesce(leads.lead_source_code, '(unknown)') as lead_source_code,
        coalesce(registrations.registered_at < leads.received_at, false)
            as is_customer_already,
        leads.contacted_at is not null
        or leads.lead_status in ('contacted', 'qualified', 'won')
            as is_contacted,
        leads.qualified_at is not null
        or leads.lead_status in ('qualified', 'won') as is_qualified,
        extract(epoch from leads.contacted_at - leads.received_at) / 3600
            as contact_hours

    from affected

    inner join leads
        on
            affected.month_start_date <= leads.received_date
            and affected.month_start_date + interval '1 month'
            > leads.received_date

    left join registrations
        on leads.current_customer_id = registrations.current_customer_id

),

final as (

    select
        judged.month_start_date,
        judged.lead_source_code,
        judged.campaign_id,
        count(*) as lead_count,
        count(*) filter (where judged.is_customer_already)
            as customer_already_count,
        count(*) filter (
            where judged.is_customer_already and judged.match_code != 'told'
        ) as unrecognised_customer_count,
        count(*) filter (where judged.is_contacted) as contacted_count,
        count(*) filter (where judged.contact_hours <= 24)
            as contacted_in_a_day_count,
        count(*) filter (where judged.is_qualified) as qualified_count,
        count(*) filter (where judged.lead_status = 'won') as won_count,
        count(*) filter (where judged.lead_status = 'lost') as lost_count,
        (
            percentile_cont(0.5) within group (order by judged.contact_hours)
        )::double precision as median_contact_hours,
        count(*) filter (where judged.lead_status = 'won')::double precision
        / count(*) as won_share,
        sum(judged.expected_amount)::numeric(18, 2) as expected_amount,
        sum(judged.expected_amount) filter (
            where judged.lead_status = 'won'
        )::numeric(18, 2) as won_expected_amount

    from judged

    group by
        judged.month_start_date, judged.lead_source_code, judged.campaign_id

)

select * from final
