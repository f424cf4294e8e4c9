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

    select * from {{ ref('int_affected_pressure_months') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}
    where not is_holdout and current_customer_id != '(unknown)'

),

contacts_before as (

    select * from {{ ref('fct_campaign_contacts') }}
    where not is_holdout

),

consents as (

    select * from {{ ref('fct_consents') }}
    where purpose_code in ('advertising', 'data_use')

),

opt_outs as (

    select * from {{ ref('fct_consents') }}
    where
        purpose_code in ('advertising', 'data_use')
        and consent_state in ('withdrawn', 'refused')

),

responses as (

    select * from {{ ref('fct_campaign_responses') }}

),

contacts_of_months as (

    select
        affected.month_start_date,
        contacts.contact_id,
        contacts.current_customer_id as customer_id,
        contacts.channel_code,
        contacts.content_code,
        contacts.cost_amount,
        contacts.contact_date

    from affected

    inner join contacts
        on
            affected.month_start_date <= contacts.contact_date
            and affected.month_start_date + interval '1 month'
            > contacts.contact_date

),

-- the same thing once more, to the same person
repeated as (

    select distinct contacts_of_months.contact_id

    from contacts_of_months

    inner join contacts_before
        on
            contacts_of_months.customer_id
            = contacts_before.current_customer_id
            and contacts_of_months.content_code = contacts_before.content_code
            and contacts_of_months.contact_date - 90
            <= contacts_before.contact_date
            and (contacts_of_months.contact_date, contacts_of_months.contact_id)
            > (contacts_before.contact_date, contacts_before.contact_id)

),

-- the last word of each membership before the day; of two at one moment the
-- stricter
last_words as (

    select distinct on (
        contacts_of_months.contact_id,
        consents.source_customer_id,
        consents.purpose_code
    )
        contacts_of_months.contact_id,
        consents.consent_state

    from contacts_of_months

    inner join consents
        on
            contacts_of_months.customer_id = consents.current_customer_id
            and contacts_of_months.contact_date > consents.change_date
            and consents.channel_code
            in ('all', contacts_of_months.channel_code)

    order by
        contacts_of_months.contact_id asc,
        consents.source_customer_id asc,
        consents.purpose_code asc,
        consents.changed_at desc,
        coalesce(consents.consent_state = 'granted', false) asc

),

refused as (

    select distinct last_words.contact_id
    from last_words
    where last_words.consent_state in ('withdrawn', 'refused')

),

customers_summed as (

    select
        contacts.month_start_date,
        contacts.customer_id,
        count(*) as contact_count,
        count(repeated.contact_id) as repeated_count,
        count(refused.contact_id) as refused_count,
        sum(contacts.cost_amount) as cost_amount,
        count(*) - count(contacts.cost_amount) as unknown_cost_count,
        min(contacts.contact_date) as first_contact_date

    from contacts_of_months as contacts

    left join repeated
        on contacts.contact_id = repeated.contact_id

    left join refused
        on contacts.contact_id = refused.contact_id

    group by contacts.month_start_date, contacts.customer_id

),

customers_responding as (

    select distinct
        affected.month_start_date,
        responses.current_customer_id as customer_id

    from affected

    inner join responses
        on
            affected.month_start_date <= responses.response_date
            and affected.month_start_date + interval '1 month'
            > responses.response_date

),

customers_opted_out as (

    select distinct
        customers_summed.month_start_date,
        customers_summed.customer_id

    from customers_summed

    inner join opt_outs
        on
            customers_summed.customer_id = opt_outs.current_customer_id
            and customers_summed.first_contact_date <= opt_outs.change_date
            and customers_summed.month_start_date + interval '1 month'
            > opt_outs.change_date

),

customers_told as (

    select
        sums.*,
        responding.customer_id is not null as has_responded,
        opted_out.customer_id is not null as has_opted_out,
        case
            when sums.contact_count <= 3 then sums.contact_count::text
            when sums.contact_count <= 6 then '4_to_6'
            else '7_and_more'
        end as pressure_code

    from customers_summed as sums

    left join customers_responding as responding
        on
            sums.month_start_date = responding.month_start_date
            and sums.customer_id = responding.customer_id

    left join customers_opted_out as opted_out
        on
            sums.month_start_date = opted_out.month_start_date
            and sums.customer_id = opted_out.customer_id

),

pressures_summed as (

    select
        told.month_start_date,
        told.pressure_code,
        count(*) as customer_count,
        sum(told.contact_count)::bigint as contact_count,
        sum(told.repeated_count)::bigint as repeated_contact_count,
        sum(told.refused_count)::bigint as refused_contact_count,
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
