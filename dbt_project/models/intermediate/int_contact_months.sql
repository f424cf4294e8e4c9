-- Grain: one current customer and one month in which they were approached for a
-- campaign.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'month_start_date'],
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['customer_id', 'month_start_date']},
        {'columns': ['month_start_date']}
    ]
) }}

with

affected as (

    select * from {{ ref('int_affected_contact_months') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}
    where not is_holdout

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
        affected.customer_id,
        affected.month_start_date,
        contacts.contact_id,
        contacts.channel_code,
        contacts.content_code,
        contacts.cost_amount,
        contacts.contact_date

    from affected

    inner join contacts
        on
            affected.customer_id = contacts.current_customer_id
            and affected.month_start_date <= contacts.contact_date
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

months_summed as (

    select
        contacts.customer_id,
        contacts.month_start_date,
        count(*) as contact_count,
        count(repeated.contact_id) as repeated_contact_count,
        count(refused.contact_id) as refused_contact_count,
        count(*) - count(contacts.cost_amount) as unknown_cost_count,
        coalesce(sum(contacts.cost_amount), 0) as cost_amount,
        min(contacts.contact_date) as first_contact_date

    from contacts_of_months as contacts

    left join repeated
        on contacts.contact_id = repeated.contact_id

    left join refused
        on contacts.contact_id = refused.contact_id

    group by contacts.customer_id, contacts.month_start_date

),

months_responded as (

    select distinct
        months_summed.customer_id,
        months_summed.month_start_date

    from months_summed

    inner join responses
        on
            months_summed.customer_id = responses.current_customer_id
            and months_summed.month_start_date <= responses.response_date
            and months_summed.month_start_date + interval '1 month'
            > responses.response_date

),

months_opted_out as (

    select distinct
        months_summed.customer_id,
        months_summed.month_start_date

    from months_summed

    inner join opt_outs
        on
            months_summed.customer_id = opt_outs.current_customer_id
            and months_summed.first_contact_date <= opt_outs.change_date
            and months_summed.month_start_date + interval '1 month'
            > opt_outs.change_date

),

final as (

    select
        months.customer_id,
        months.month_start_date,
        months.contact_count,
        months.repeated_contact_count,
        months.refused_contact_count,
        months.unknown_cost_count,
        months.cost_amount::numeric(18, 2) as cost_amount,
        responded.customer_id is not null as has_responded,
        opted_out.customer_id is not null as has_opted_out

    from months_summed as months

    left join months_responded as responded
        on
            months.customer_id = responded.customer_id
            and months.month_start_date = responded.month_start_date

    left join months_opted_out as opted_out
        on
            months.customer_id = opted_out.customer_id
            and months.month_start_date = opted_out.month_start_date

)

select * from final
