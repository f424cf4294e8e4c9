-- Grain: one column of the source contract that a question needs and a company
-- need not tell. Told is what stands in the star, not what was told once; so of
-- marts that are whole in every build.
{%- set is_contact -%}
    told.interaction_type_code in (
        'visit', 'call', 'mail', 'letter', 'message', 'chat', 'gift',
        'promise', 'review', 'life_event', 'other'
    )
{%- endset %}
{%- set stars = [
    (
        'accounts.account_type_code', 'dim_accounts',
        'told.account_type_code is not null',
    ),
    (
        'campaign_contacts.arm_code', 'fct_campaign_contacts',
        'told.arm_code is not null',
    ),
    (
        'campaign_contacts.contact_id', 'fct_campaign_contacts',
        'told.contact_id is not null',
    ),
    (
        'campaign_contacts.content_code', 'fct_campaign_contacts',
        'told.content_code is not null',
    ),
    (
        'campaign_contacts.cost_amount', 'fct_campaign_contacts',
        'told.cost_amount is not null',
    ),
    (
        'campaign_responses.response_id', 'fct_campaign_responses',
        'told.response_id is not null',
    ),
    (
        'campaigns.budget_amount', 'dim_campaigns',
        'told.budget_amount is not null',
    ),
    (
        'channels.channel_group_code', 'dim_channels',
        'told.channel_group_code is not null',
    ),
    ('channels.is_online', 'dim_channels', 'told.is_online is not null'),
    (
        'consents.consent_state', 'fct_consents',
        'told.consent_state is not null',
    ),
    ('customers.birth_date', 'dim_customers', 'told.birth_year is not null'),
    (
        'customers.household_id', 'dim_customers',
        "told.household_id != '(unknown)'",
    ),
    ('customers.province', 'dim_customers', 'told.province is not null'),
    (
        'customers.registered_at', 'dim_customers',
        'told.registered_at is not null',
    ),
    (
        'employees.resigned_date', 'dim_employees',
        'told.resigned_date is not null',
    ),
    (
        'households.household_composition', 'dim_households',
        'told.household_composition is not null',
    ),
    (
        'interactions.cost_amount', 'fct_interactions',
        is_contact ~ ' and told.cost_amount is not null',
    ),
    (
        'interactions.due_at', 'fct_interactions',
        is_contact ~ ' and told.due_at is not null',
    ),
    (
        'interactions.employee_id', 'fct_interactions',
        is_contact ~ " and told.employee_id != '(unknown)'",
    ),
    ('interactions.interaction_id', 'fct_interactions', is_contact),
    (
        'interactions.rating', 'fct_interactions',
        is_contact ~ ' and told.rating is not null',
    ),
    ('leads.contacted_at', 'fct_leads', 'told.contacted_at is not null'),
    ('leads.received_at', 'fct_leads', 'told.received_at is not null'),
    (
        'order_lines.discount_amount', 'price_realisation',
        'told.discount_amount != 0',
    ),
    (
        'order_lines.unit_cost', 'customer_days',
        'told.margin_amount is not null',
    ),
    (
        'orders.channel_code', 'channel_cohorts',
        "told.channel_code != '(unknown)'",
    ),
    ('orders.store_id', 'price_realisation', "told.store_id != '(unknown)'"),
    ('payments.paid_at', 'fct_payments', 'told.paid_at is not null'),
    ('products.category', 'dim_products', 'told.category is not null'),
    ('products.department', 'dim_products', 'told.department is not null'),
    ('products.ladder_code', 'dim_products', 'told.ladder_code is not null'),
    ('quotes.quoted_at', 'fct_quotes', 'told.quoted_at is not null'),
    (
        'reasons.is_self_solvable', 'dim_reasons',
        'told.is_self_solvable is not null',
    ),
    ('referrals.referred_at', 'fct_referrals', 'told.referred_at is not null'),
    (
        'registrations.attended_at', 'fct_registrations',
        'told.attended_at is not null',
    ),
    (
        'registrations.registered_at', 'fct_registrations',
        'told.registered_at is not null',
    ),
    ('returns.reason_code', 'fct_returns', 'told.reason_code is not null'),
    ('returns.returned_at', 'fct_returns', 'told.returned_at is not null'),
    ('service_cases.case_id', 'fct_service_cases', 'told.case_id is not null'),
    (
        'service_cases.cost_amount', 'fct_service_cases',
        'told.cost_amount is not null',
    ),
    (
        'service_cases.employee_id', 'fct_service_cases',
        "told.employee_id != '(unknown)'",
    ),
    (
        'service_cases.promised_at', 'fct_service_cases',
        'told.promised_at is not null',
    ),
    (
        'service_cases.reason_code', 'fct_service_cases',
        'told.reason_code is not null',
    ),
    ('surveys.score', 'fct_surveys', 'told.score is not null'),
    (
        'web_requests.customer_id', 'fct_web_sessions',
        'told.evidence_code is not null',
    ),
    ('web_requests.order_id', 'order_steps', 'told.has_order'),
    (
        'web_requests.page_code', 'failed_searches',
        'told.page_view_id is not null',
    ),
    (
        'web_requests.requested_at', 'fct_web_sessions',
        'told.started_at is not null',
    ),
] %}

with

years as (

    select * from {{ ref('int_closed_years') }}

),

final as (

    -- two whole years, by which customers can be followed
    select
        'orders.ordered_at' as input_name,
        coalesce(bool_or(years.is_year_before_told), false) as is_told
    from years

    {% for input, model, condition in stars %}
        union all

        select
            '{{ input }}' as input_name,
            exists(
                select 1
                from {{ ref(model) }} as told
                where {{ condition }}
            ) as is_told
    {% endfor %}

)

select * from final
