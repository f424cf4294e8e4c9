-- The cutoffs, and the customers who bought in the active_days up to each of them.
cutoffs as materialized (
    select
        told.cutoff_date,
        -- the first moment that is not known
        (told.cutoff_date + 1)::timestamp at time zone settings.time_zone as end_at
    from unnest(%(cutoffs)s::date[]) as told (cutoff_date)
    cross join marts.company_settings as settings
),

last_cutoff as materialized (
    select max(cutoff_date) as cutoff_date from cutoffs
),

-- since when the company tells of something at all
first_told as materialized (
    select
        (select min(session_date) from marts.fct_web_sessions) as sessions_date,
        (
            select min(viewed_date) from marts.fct_page_views
            where page_code = 'search_failed'
        ) as failed_searches_date,
        (select min(opened_date) from marts.fct_service_cases) as cases_date,
        (
            select min(interaction_date) from marts.fct_interactions
            where origin_id like 'interaction:%%' and due_at is not null
        ) as dues_date,
        (select min(contact_date) from marts.fct_campaign_contacts) as contacts_date,
        (select min(response_date) from marts.fct_campaign_responses)
            as responses_date,
        (select min(quote_date) from marts.fct_quotes) as quotes_date,
        (select min(return_date) from marts.fct_returns) as returns_date,
        (
            select min(valid_from) from marts.dim_customers
            where employee_id <> '(unknown)'
        ) as reps_at,
        exists (
            select from marts.dim_products where category is not null
        ) as has_categories
),

told as materialized (
    select
        cutoffs.cutoff_date,
        sessions_date <= cutoffs.cutoff_date as has_sessions,
        failed_searches_date <= cutoffs.cutoff_date as has_failed_searches,
        cases_date <= cutoffs.cutoff_date as has_cases,
        dues_date <= cutoffs.cutoff_date as has_dues,
        contacts_date <= cutoffs.cutoff_date as has_contacts,
        responses_date <= cutoffs.cutoff_date as has_responses,
        quotes_date <= cutoffs.cutoff_date as has_quotes,
        returns_date <= cutoffs.cutoff_date as has_returns,
        reps_at < cutoffs.end_at as has_reps,
        has_categories
    from cutoffs
    cross join first_told
),

visits as (
    select
        customer_id,
        activity_date,
        activity_date - lag(activity_date) over (
            partition by customer_id order by activity_date
        ) as gap_days
    from marts.customer_days
    where order_count > 0
        and customer_id <> '(unknown)'
        and activity_date <= (select cutoff_date from last_cutoff)
        -- a share of the customers, the same ones at any time
        and (
            %(share)s >= 1
            or ('x' || left(md5(customer_id), 7))::bit(28)::integer
            < %(share)s * (1 << 28)
        )
),

rhythm as materialized (
    select
        cutoffs.cutoff_date,
        cutoffs.end_at,
        visits.customer_id,
        cutoffs.cutoff_date - max(visits.activity_date) as recency_days,
        cutoffs.cutoff_date - min(visits.activity_date) as tenure_days,
        count(*) as visit_count,
        count(*) filter (
            where visits.activity_date > cutoffs.cutoff_date - 28
        ) as visit_count_28d,
        count(*) filter (
            where visits.activity_date > cutoffs.cutoff_date - 91
        ) as visit_count_91d,
        count(*) filter (
            where visits.activity_date > cutoffs.cutoff_date - 364
        ) as visit_count_364d,
        max(visits.gap_days) filter (
            where visits.activity_date > cutoffs.cutoff_date - 364
        ) as longest_gap_days,
        sum(visits.gap_days::bigint * visits.gap_days) as squared_gap_days,
        (max(array[visits.activity_date - date '1970-01-01', visits.gap_days]))[2]
            as last_gap_days
    from cutoffs
    inner join visits on visits.activity_date <= cutoffs.cutoff_date
    group by cutoffs.cutoff_date, cutoffs.end_at, visits.customer_id
    having max(visits.activity_date) > cutoffs.cutoff_date - %(active_days)s
)
