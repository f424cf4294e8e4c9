-- Grain: one campaign and one customer, current or former, whom this build must
-- follow anew, because a batch tells of a contact or a response, of what the
-- customer did within 91 days of a contact, or of the campaign. A campaign
-- without a customer is one of which only the sums may change.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

contacts_told as (

    select * from {{ source('shop', 'campaign_contacts') }}

),

contacts_of_campaign as (

    select * from {{ source('shop', 'campaign_contacts') }}

),

responses_told as (

    select * from {{ source('shop', 'campaign_responses') }}

),

campaigns_told as (

    select * from {{ source('shop', 'campaigns') }}

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

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

responses_of_orders as (

    select * from {{ ref('fct_campaign_responses') }}

),

affected_days as (

    select * from {{ ref('int_affected_customer_days') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

contacts_followed as (

    select * from {{ ref('fct_campaign_contacts') }}

),

contacts_of_told as (

    select * from {{ ref('fct_campaign_contacts') }}

),

contacts_under_way as (

    select * from {{ ref('fct_campaign_contacts') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select
        coalesce(
            max(batches.business_date) filter (
                where batches.batch_id not in {{ pinned_batches() }}
            ),
            '-infinity'::date
        ) as last_published_day
    from batches

),

campaigns_pinned as (

    select distinct campaigns_told.campaign_id
    from campaigns_told
    where {{ is_pinned('campaigns_told._batch_id') }}

),

-- as the source names them
named as (

    select
        contacts_told.campaign_id,
        contacts_told.customer_id
    from contacts_told
    inner join affected_contacts
        on contacts_told.contact_id = affected_contacts.contact_id
    union
    select
        responses_told.campaign_id,
        responses_told.customer_id
    from responses_told
    inner join affected_responses
        on responses_told.response_id = affected_responses.response_id
    union
    select
        contacts_of_campaign.campaign_id,
        contacts_of_campaign.customer_id
    from contacts_of_campaign
    inner join campaigns_pinned
        on contacts_of_campaign.campaign_id = campaigns_pinned.campaign_id

),

-- neither need be known, or have been
members_named as (

    select
        campaigns.campaign_id,
        people.customer_id

    from named

    left join resolved
        on named.customer_id = resolved.customer_id

    left join connected
        on named.customer_id = connected.customer_id

    cross join
        lateral (
            values (named.campaign_id), ('(unknown)')
        ) as campaigns (campaign_id)

    cross join
        lateral (
            values
            (named.customer_id),
            (resolved.current_customer_id),
            (connected.connected_customer_id),
            ('(unknown)')
        ) as people (customer_id)

    where people.customer_id is not null

),

-- of consents and of leaving the company, by the customer of now
told as (

    select
        resolved.current_customer_id,
        {{ business_date('consents_told.changed_at') }} as told_date
    from consents_told
    inner join resolved
        on consents_told.customer_id = resolved.customer_id
    where {{ is_pinned('consents_told._batch_id') }}
    union all
    select
        resolved.current_customer_id,
        case
            when customers_told.told_from > '-infinity'
                then {{ business_date('customers_told.told_from') }}
            else '-infinity'::date
        end as told_date
    from customers_told
    inner join resolved
        on customers_told.customer_id = resolved.customer_id

),

told_first as (

    select
        told.current_customer_id,
        min(told.told_date) as told_date
    from told
    group by told.current_customer_id

),

final as (

    select
        members_named.campaign_id,
        members_named.customer_id
    from members_named
    union
    select
        contacts_followed.campaign_id,
        contacts_followed.current_customer_id as customer_id
    from affected_days
    inner join contacts_followed
        on
            affected_days.customer_id = contacts_followed.current_customer_id
            and affected_days.activity_date >= contacts_followed.contact_date
            and affected_days.activity_date - 91
            <= contacts_followed.contact_date
    where affected_days.customer_id != '(unknown)'
    union
    select
        contacts_of_told.campaign_id,
        contacts_of_told.current_customer_id as customer_id
    from told_first
    inner join contacts_of_told
        on
            told_first.current_customer_id
            = contacts_of_told.current_customer_id
            and told_first.told_date - 91 <= contacts_of_told.contact_date
    union
    -- what an order brought that was answered with
    select
        responses_of_orders.campaign_id,
        responses_of_orders.current_customer_id as customer_id
    from affected_orders
    inner join responses_of_orders
        on affected_orders.order_id = responses_of_orders.order_id
    union
    select
        campaigns_pinned.campaign_id,
        null as customer_id
    from campaigns_pinned
    union
    -- what is followed need not have ended at the last publication
    select distinct
        contacts_under_way.campaign_id,
        null as customer_id
    from bounds
    inner join contacts_under_way
        on bounds.last_published_day - 91 <= contacts_under_way.contact_date

)

select * from final
