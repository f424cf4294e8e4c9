-- Grain: one attempt to sell to a customer who had a service case open.
-- Contract: sales_contacts_during_open_cases.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='interaction_id',
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_case_customers') }}

),

interactions as (

    select * from {{ ref('fct_interactions') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

sales_contacts as (

    select
        interactions.interaction_id,
        interactions.current_customer_id as customer_id,
        interactions.employee_id,
        interactions.campaign_id,
        interactions.interaction_type_code,
        interactions.channel_code,
        interactions.subject_code,
        interactions.interaction_date,
        interactions.started_at

    from affected

    inner join interactions
        on
            affected.customer_id = interactions.current_customer_id
            and affected.affected_from <= interactions.interaction_date

    where
        interactions.interaction_type_code = 'campaign_contact'
        or (
            interactions.interaction_type_code in ('visit', 'call')
            and interactions.direction_code = 'outbound'
            and interactions.case_id is null
            and interactions.order_id is null
        )

),

-- of a contact whose moment is not told the day must lie within the case
held_against_cases as (

    select
        sales_contacts.*,
        cases.case_id,
        cases.case_type_code,
        cases.opened_date,
        cases.opened_at,
        count(*) over (
            partition by sales_contacts.interaction_id
        ) as open_case_count,
        row_number() over (
            partition by sales_contacts.interaction_id
            order by cases.opened_at, cases.case_id
        ) as rank_from_oldest

    from sales_contacts

    inner join cases
        on
            sales_contacts.customer_id = cases.current_customer_id
            and (
                sales_contacts.employee_id = '(unknown)'
                or sales_contacts.employee_id != cases.employee_id
            )
            and case
                when sales_contacts.started_at is null
                    then
                        sales_contacts.interaction_date > cases.opened_date
                        and sales_contacts.interaction_date
                        < coalesce(cases.closed_date, 'infinity')
                else
                    sales_contacts.started_at > cases.opened_at
                    and sales_contacts.started_at
                    < coalesce(cases.solved_at, cases.closed_at, 'infinity')
            end

),

final as (

    select
        held.interaction_id,
        held.customer_id,
        held.employee_id,
        held.campaign_id,
        held.case_id,
        held.interaction_type_code,
        held.channel_code,
        held.subject_code,
        held.case_type_code,
        held.open_case_count,
        held.interaction_date,
        held.opened_date,
        held.started_at,
        held.opened_at

    from held_against_cases as held

    where held.rank_from_oldest = 1

)

select * from final
