-- Grain: one campaign and one customer who was approached for it, deliberately
-- left out, or responded, with what they did after it.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['campaign_id', 'customer_id'],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['campaign_id', 'customer_id']}]
) }}

with

affected as (

    select * from {{ ref('int_affected_campaign_members') }}
    where customer_id is not null

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}

),

responses as (

    select * from {{ ref('fct_campaign_responses') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}
    where case_type_code = 'complaint'

),

consents as (

    select * from {{ ref('fct_consents') }}
    where
        consent_state in ('withdrawn', 'refused')
        and purpose_code in ('advertising', 'data_use')

),

customers as (

    select * from {{ ref('dim_customers') }}
    where customer_status = 'withdrawn'

),

customers_before as (

    select * from {{ ref('dim_customers') }}
    where customer_status = 'withdrawn'

),

contacts_ranked as (

    select
        contacts.*,
        row_number() over (
            partition by contacts.campaign_id, contacts.current_customer_id
            order by
                contacts.is_holdout, contacts.contact_date, contacts.contact_id
        ) as rank_from_first

    from affected

    inner join contacts
        on
            affected.customer_id = contacts.current_customer_id
            and affected.campaign_id = contacts.campaign_id

),

contacts_summed as (

    select
        contacts.campaign_id,
        contacts.current_customer_id as customer_id,
        max(contacts.channel_code) filter (
            where contacts.rank_from_first = 1
        ) as channel_code,
        count(*) filter (where not contacts.is_holdout) as contact_count,
        count(*) filter (where contacts.is_holdout) as holdout_count,
        count(*) filter (
            where not contacts.is_holdout and contacts.cost_amount is null
        ) as unknown_cost_count,
        coalesce(
            sum(contacts.cost_amount) filter (where not contacts.is_holdout), 0
        ) as cost_amount,
        bool_and(coalesce(contacts.assignment_code = 'randomised', false))
            as is_randomised,
        min(contacts.contact_date) as contact_date

    from contacts_ranked as contacts

    group by contacts.campaign_id, contacts.current_customer_id

),

responses_of_affected as (

    select
        responses.campaign_id,
        responses.current_customer_id as customer_id,
        responses.order_id

    from affected

    inner join responses
        on
            affected.customer_id = responses.current_customer_id
            and affected.campaign_id = responses.campaign_id

),

responses_counted as (

    select
        responses.campaign_id,
        responses.customer_id,
        count(*) as response_count

    from responses_of_affected as responses

    group by responses.campaign_id, responses.customer_id

),

orders_attributed as (

    select
        responses.campaign_id,
        responses.customer_id,
        sum(orders.net_amount - orders.returned_amount) as attributed_amount

    from (
        select distinct
            responses_of_affected.campaign_id,
            responses_of_affected.customer_id,
            responses_of_affected.order_id
        from responses_of_affected
    ) as responses

    inner join orders
        on responses.order_id = orders.order_id

    group by responses.campaign_id, responses.customer_id

),

-- who is treated and who is held out is compared over equally many days
followed as (

    select
        contacts_summed.*,
        case
            when contacts_summed.customer_id = '(unknown)' then 'unknown'
            when
                contacts_summed.contact_count > 0
                and contacts_summed.holdout_count > 0
                then 'both'
            when contacts_summed.is_randomised
                then
                    case
                        when contacts_summed.contact_count > 0 then 'treated'
                        else 'holdout'
                    end
            when contacts_summed.contact_count > 0 then 'targeted'
            else 'left_out'
        end as arm_code,
        contacts_summed.contact_date + least(
            coalesce(campaigns.end_date - campaigns.start_date + 1, 28), 91
        ) - 1 as last_date

    from contacts_summed

    inner join campaigns
        on contacts_summed.campaign_id = campaigns.campaign_id

),

days_followed as (

    select
        followed.campaign_id,
        followed.customer_id,
        sum(customer_days.order_count) filter (
            where customer_days.activity_date <= followed.last_date
        ) as order_count,
        sum(customer_days.net_amount) filter (
            where customer_days.activity_date <= followed.last_date
        ) as net_amount,
        sum(customer_days.margin_amount) filter (
            where customer_days.activity_date <= followed.last_date
        ) as margin_amount,
        count(*) filter (
            where
            customer_days.activity_date <= followed.last_date
            and customer_days.margin_amount is null
            and customer_days.order_count
            + customer_days.credit_count
            + customer_days.return_count > 0
        ) as unknown_margin_count,
        min(customer_days.activity_date) filter (
            where
            customer_days.return_count > 0
            and customer_days.activity_date < followed.contact_date + 30
        ) as return_date

    from followed

    inner join customer_days
        on
            followed.customer_id = customer_days.customer_id
            and followed.contact_date <= customer_days.activity_date
            and followed.contact_date + 91 > customer_days.activity_date

    where followed.arm_code != 'unknown'

    group by followed.campaign_id, followed.customer_id

),

-- the first of each kind within 30 days, that of the contact the first of them
complaints as (

    select
        followed.campaign_id,
        followed.customer_id,
        min(cases.opened_date) as complaint_date

    from followed

    inner join cases
        on
            followed.customer_id = cases.current_customer_id
            and followed.contact_date <= cases.opened_date
            and followed.contact_date + 30 > cases.opened_date

    where followed.arm_code != 'unknown'

    group by followed.campaign_id, followed.customer_id

),

opt_outs as (

    select
        followed.campaign_id,
        followed.customer_id,
        min(consents.change_date) as opt_out_date

    from followed

    inner join consents
        on
            followed.customer_id = consents.current_customer_id
            and followed.contact_date <= consents.change_date
            and followed.contact_date + 30 > consents.change_date

    where followed.arm_code != 'unknown'

    group by followed.campaign_id, followed.customer_id

),

-- who had withdrawn before does not do so again by another version
withdrawals as (

    select
        followed.campaign_id,
        followed.customer_id,
        min({{ business_date('customers.valid_from') }}) as withdrawal_date

    from followed

    inner join customers
        on
            followed.customer_id = customers.customer_id
            and {{ business_day_start('followed.contact_date') }}
            <= customers.valid_from
            and {{ business_day_start('(followed.contact_date + 30)') }}
            > customers.valid_from

    left join customers_before
        on
            customers.customer_id = customers_before.customer_id
            and customers.valid_from = customers_before.valid_to

    where
        followed.arm_code != 'unknown'
        and customers_before.customer_id is null

    group by followed.campaign_id, followed.customer_id

),

members as (

    select
        followed.campaign_id,
        followed.customer_id
    from followed
    union
    select
        responses_counted.campaign_id,
        responses_counted.customer_id
    from responses_counted

),

final as (

    select
        members.campaign_id,
        members.customer_id,
        followed.last_date,
        coalesce(followed.channel_code, '(unknown)') as channel_code,
        coalesce(followed.arm_code, 'not_contacted') as arm_code,
        coalesce(followed.contact_count, 0) as contact_count,
        coalesce(followed.unknown_cost_count, 0) as unknown_cost_count,
        coalesce(followed.cost_amount, 0)::numeric(18, 2) as cost_amount,
        coalesce(responses_counted.response_count, 0) as response_count,
        coalesce(orders_attributed.attributed_amount, 0)::numeric(18, 2)
            as attributed_amount,
        coalesce(days_followed.order_count, 0)::bigint as order_count,
        coalesce(days_followed.net_amount, 0)::numeric(18, 2) as net_amount,
        coalesce(days_followed.margin_amount, 0)::numeric(18, 2)
            as margin_amount,
        coalesce(days_followed.unknown_margin_count, 0)
            as unknown_margin_count,
        opt_outs.opt_out_date - followed.contact_date as opt_out_days,
        complaints.complaint_date - followed.contact_date as complaint_days,
        days_followed.return_date - followed.contact_date as return_days,
        withdrawals.withdrawal_date - followed.contact_date
            as withdrawal_days

    from members

    left join followed
        on
            members.campaign_id = followed.campaign_id
            and members.customer_id = followed.customer_id

    left join responses_counted
        on
            members.campaign_id = responses_counted.campaign_id
            and members.customer_id = responses_counted.customer_id

    left join orders_attributed
        on
            members.campaign_id = orders_attributed.campaign_id
            and members.customer_id = orders_attributed.customer_id

    left join days_followed
        on
            members.campaign_id = days_followed.campaign_id
            and members.customer_id = days_followed.customer_id

    left join complaints
        on
            members.campaign_id = complaints.campaign_id
            and members.customer_id = complaints.customer_id

    left join opt_outs
        on
            members.campaign_id = opt_outs.campaign_id
            and members.customer_id = opt_outs.customer_id

    left join withdrawals
        on
            members.campaign_id = withdrawals.campaign_id
            and members.customer_id = withdrawals.customer_id

)

select * from final
