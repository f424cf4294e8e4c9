-- Grain: one customer, current or former, and one month in which this build
-- must count anew how often they were approached: a batch tells of a contact
-- of it or of the 90 days before, of a response, or of a consent that a contact
-- had to mind.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

contacts_told as (

    select * from {{ source('shop', 'campaign_contacts') }}

),

responses_told as (

    select * from {{ source('shop', 'campaign_responses') }}

),

consents_told as (

    select * from {{ source('shop', 'consents') }}

),

affected_contacts as (

    select * from {{ ref('int_affected_contacts') }}

),

affected_responses as (

    select * from {{ ref('int_affected_responses') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}

),

told as (

    select
        contacts_told.customer_id,
        contacts_told.contact_date as first_date,
        contacts_told.contact_date + 90 as last_date
    from contacts_told
    inner join affected_contacts
        on contacts_told.contact_id = affected_contacts.contact_id
    union
    select
        responses_told.customer_id,
        responses_told.response_date as first_date,
        responses_told.response_date as last_date
    from responses_told
    inner join affected_responses
        on responses_told.response_id = affected_responses.response_id

),

consents_pinned as (

    select
        resolved.current_customer_id,
        min({{ business_date('consents_told.changed_at') }}) as change_date

    from consents_told

    inner join resolved
        on consents_told.customer_id = resolved.customer_id

    where {{ is_pinned('consents_told._batch_id') }}

    group by resolved.current_customer_id

),

-- whoever is connected by a merge may have been the current one
spans as (

    select
        people.customer_id,
        told.first_date,
        told.last_date

    from told

    left join resolved
        on told.customer_id = resolved.customer_id

    left join connected
        on told.customer_id = connected.customer_id

    cross join
        lateral (
            values
            (resolved.current_customer_id),
            (connected.connected_customer_id)
        ) as people (customer_id)

    where people.customer_id is not null

    union

    select
        contacts.current_customer_id as customer_id,
        contacts.contact_date as first_date,
        contacts.contact_date as last_date

    from consents_pinned

    inner join contacts
        on
            consents_pinned.current_customer_id = contacts.current_customer_id
            and date_trunc('month', consents_pinned.change_date)
            <= contacts.contact_date

),

final as (

    select distinct
        spans.customer_id,
        months.month_start::date as month_start_date
    from spans
    cross join
        lateral generate_series(
            date_trunc('month', spans.first_date),
            spans.last_date,
            interval '1 month'
        ) as months (month_start)

)

select * from final
