-- Visits to the web shop, and what was searched for in them.
--
-- A visit is a customer's from the login or order on that says whose it is: before,
-- nobody knew, though the mart tells it back to the first visit.
sessions as materialized (
    select
        own.session_id,
        own.current_customer_id as customer_id,
        own.session_date,
        evidence.viewed_at as known_at
    from marts.fct_web_sessions as own
    inner join marts.fct_page_views as evidence
        on own.evidence_request_id = evidence.page_view_id
    where own.session_date <= (select cutoff_date from last_cutoff)
),

known_sessions as materialized (
    select
        rhythm.cutoff_date,
        rhythm.end_at,
        rhythm.customer_id,
        sessions.session_id,
        rhythm.cutoff_date - sessions.session_date as ago
    from rhythm
    inner join sessions
        on sessions.customer_id = rhythm.customer_id
            and sessions.session_date <= rhythm.cutoff_date
            and sessions.session_date > rhythm.cutoff_date - 364
            and sessions.known_at < rhythm.end_at
),

sessions_counted as (
    select
        cutoff_date,
        customer_id,
        count(*) filter (where ago < 28) as session_count_28d,
        count(*) filter (where ago < 91) as session_count_91d,
        min(ago) as days_since_session
    from known_sessions
    group by cutoff_date, customer_id
),

-- a visit that goes on past midnight is known up to there
searches_in_sessions as materialized (
    select
        own.cutoff_date,
        own.customer_id,
        own.ago,
        count(*) filter (where pages.page_code = 'search') as search_count,
        count(*) filter (where pages.page_code = 'search_failed') as failed_count,
        count(*) filter (where pages.page_code = 'product') as product_count
    from known_sessions as own
    inner join marts.fct_page_views as pages
        on own.session_id = pages.session_id
            and pages.viewed_at < own.end_at
    where pages.page_code in ('search', 'search_failed', 'product')
    group by own.cutoff_date, own.customer_id, own.session_id, own.ago
),

searches as (
    select
        cutoff_date,
        customer_id,
        sum(search_count + failed_count) as search_count_91d,
        count(*) filter (
            where search_count + failed_count > 0 and product_count = 0
        ) as fruitless_search_count_91d
    from searches_in_sessions
    where ago < 91
    group by cutoff_date, customer_id
),

failures as (
    select
        cutoff_date,
        customer_id,
        sum(failed_count) filter (where ago < 91) as failed_search_count_91d,
        min(ago) filter (where failed_count > 0) as days_since_failed_search
    from searches_in_sessions
    group by cutoff_date, customer_id
)
