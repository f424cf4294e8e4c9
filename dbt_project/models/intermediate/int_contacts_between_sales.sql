-- Grain: one affected visit of the web shop, campaign contact or response,
-- case, seat, survey or referral, as a contact of the timeline.
with

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

affected_visitors as (

    select * from {{ ref('int_affected_visitors') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}

),

affected_contacts as (

    select * from {{ ref('int_affected_contacts') }}

),

responses as (

    select * from {{ ref('fct_campaign_responses') }}

),

affected_responses as (

    select * from {{ ref('int_affected_responses') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

affected_cases as (

    select * from {{ ref('int_affected_cases') }}

),

registrations as (

    select * from {{ ref('fct_registrations') }}

),

affected_registrations as (

    select * from {{ ref('int_affected_registrations') }}

),

surveys as (

    select * from {{ ref('fct_surveys') }}

),

affected_surveys as (

    select * from {{ ref('int_affected_surveys') }}

),

referrals as (

    select * from {{ ref('fct_referrals') }}

),

affected_referrals as (

    select * from {{ ref('int_affected_referrals') }}

),

final as (

    select
        'web_session:' || sessions.session_id as interaction_id,
        'visitor:' || sessions.visitor_id as origin_id,
        sessions.customer_key,
        sessions.customer_id,
        sessions.current_customer_id,
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        '(unknown)' as product_id,
        null as order_id,
        null as case_id,
        '(unknown)' as campaign_id,
        'web_session' as interaction_type_code,
        'inbound' as direction_code,
        'web' as channel_code,
        null as reason_code,
        null::numeric as amount,
        null::numeric as cost_amount,
        sessions.session_date as interaction_date,
        sessions.started_at,
        sessions.ended_at

    from sessions

    inner join affected_visitors
        on
            sessions.visitor_id = affected_visitors.visitor_id
            -- whole days, as the timeline is followed by the day
            and sessions.session_date
            >= {{ business_date('affected_visitors.affected_from') }}

    where sessions.visitor_status = 'identified'

    union all

    select
        'campaign_contact:' || contacts.contact_id as interaction_id,
        'contact:' || contacts.contact_id as origin_id,
        contacts.customer_key,
        contacts.customer_id,
        contacts.current_customer_id,
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        '(unknown)' as product_id,
        null as order_id,
        null as case_id,
        contacts.campaign_id,
        'campaign_contact' as interaction_type_code,
        'outbound' as direction_code,
        contacts.channel_code,
        null as reason_code,
        null::numeric as amount,
        contacts.cost_amount,
        contacts.contact_date as interaction_date,
        contacts.contacted_at as started_at,
        null::timestamptz as ended_at

    from contacts

    inner join affected_contacts
        on contacts.contact_id = affected_contacts.contact_id

    where not contacts.is_holdout

    union all

    select
        'campaign_response:' || responses.response_id as interaction_id,
        'response:' || responses.response_id as origin_id,
        responses.customer_key,
        responses.customer_id,
        responses.current_customer_id,
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        '(unknown)' as product_id,
        responses.order_id,
        null as case_id,
        responses.campaign_id,
        'campaign_response' as interaction_type_code,
        'inbound' as direction_code,
        null as channel_code,
        null as reason_code,
        null::numeric as amount,
        null::numeric as cost_amount,
        responses.response_date as interaction_date,
        responses.responded_at as started_at,
        null::timestamptz as ended_at

    from responses

    inner join affected_responses
        on responses.response_id = affected_responses.response_id

    union all

    select
        'case:' || cases.case_id as interaction_id,
        'case:' || cases.case_id as origin_id,
        cases.customer_key,
        cases.customer_id,
        cases.current_customer_id,
        cases.employee_key,
        cases.employee_id,
        cases.product_id,
        cases.order_id,
        cases.case_id,
        '(unknown)' as campaign_id,
        'case' as interaction_type_code,
        'inbound' as direction_code,
        cases.channel_code,
        cases.reason_code,
        null::numeric as amount,
        cases.cost_amount,
        cases.opened_date as interaction_date,
        cases.opened_at as started_at,
        coalesce(cases.solved_at, cases.closed_at) as ended_at

    from cases

    inner join affected_cases
        on cases.case_id = affected_cases.case_id

    union all

    select
        'registration:' || registrations.registration_id as interaction_id,
        'registration:' || registrations.registration_id as origin_id,
        registrations.customer_key,
        registrations.customer_id,
        registrations.current_customer_id,
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        '(unknown)' as product_id,
        null as order_id,
        null as case_id,
        '(unknown)' as campaign_id,
        'registration' as interaction_type_code,
        'inbound' as direction_code,
        registrations.channel_code,
        null as reason_code,
        null::numeric as amount,
        null::numeric as cost_amount,
        registrations.registered_date as interaction_date,
        registrations.registered_at as started_at,
        null::timestamptz as ended_at

    from registrations

    inner join affected_registrations
        on
            registrations.registration_id
            = affected_registrations.registration_id

    union all

    select
        'survey:' || surveys.survey_id as interaction_id,
        'survey:' || surveys.survey_id as origin_id,
        surveys.customer_key,
        surveys.customer_id,
        surveys.current_customer_id,
        surveys.employee_key,
        surveys.employee_id,
        '(unknown)' as product_id,
        surveys.order_id,
        surveys.case_id,
        '(unknown)' as campaign_id,
        'survey' as interaction_type_code,
        'outbound' as direction_code,
        surveys.channel_code,
        null as reason_code,
        null::numeric as amount,
        null::numeric as cost_amount,
        surveys.asked_date as interaction_date,
        surveys.asked_at as started_at,
        surveys.answered_at as ended_at

    from surveys

    inner join affected_surveys
        on surveys.survey_id = affected_surveys.survey_id

    union all

    select
        'referral:' || referrals.referral_id as interaction_id,
        'referral:' || referrals.referral_id as origin_id,
        referrals.customer_key,
        referrals.customer_id,
        referrals.current_customer_id,
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        '(unknown)' as product_id,
        null as order_id,
        null as case_id,
        '(unknown)' as campaign_id,
        'referral' as interaction_type_code,
        'inbound' as direction_code,
        referrals.channel_code,
        null as reason_code,
        null::numeric as amount,
        null::numeric as cost_amount,
        referrals.referred_date as interaction_date,
        referrals.referred_at as started_at,
        null::timestamptz as ended_at

    from referrals

    inner join affected_referrals
        on referrals.referral_id = affected_referrals.referral_id

)

select * from final
