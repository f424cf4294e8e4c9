-- What the company came with: contacts of campaigns, answers to them, quotes.
contact_days as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        rhythm.cutoff_date - own.contact_date as ago,
        coalesce(campaigns.campaign_type = any(%(save_types)s), false) as is_save,
        coalesce(not channels.is_online, false) as is_personal
    from rhythm
    inner join marts.fct_campaign_contacts as own
        on own.current_customer_id = rhythm.customer_id
            and own.contact_date <= rhythm.cutoff_date
            and own.contact_date > rhythm.cutoff_date - 364
    left join marts.dim_campaigns as campaigns
        on own.campaign_id = campaigns.campaign_id
    left join marts.dim_channels as channels
        on own.channel_code = channels.channel_code
    where not own.is_holdout
),

contacts as (
    select
        cutoff_date,
        customer_id,
        count(*) filter (where ago < 28 and not is_save) as contact_count_28d,
        count(*) filter (where ago < 91 and not is_save) as contact_count_91d,
        count(*) filter (where not is_save) as contact_count_364d,
        min(ago) filter (where not is_save) as days_since_contact,
        count(*) filter (
            where ago < 182 and is_personal and not is_save
        ) as personal_contact_count_182d,
        min(ago) filter (
            where is_personal and not is_save
        ) as days_since_personal_contact,
        min(ago) filter (where is_save) as days_since_save_contact
    from contact_days
    group by cutoff_date, customer_id
),

responses as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        count(*) as response_count_364d
    from rhythm
    inner join marts.fct_campaign_responses as own
        on own.current_customer_id = rhythm.customer_id
            and own.response_date <= rhythm.cutoff_date
            and own.response_date > rhythm.cutoff_date - 364
    group by rhythm.cutoff_date, rhythm.customer_id
),

quotes as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        count(*) as quote_count_182d,
        count(*) filter (where not is_decided and not is_over) as open_quote_count,
        count(*) filter (
            where (is_decided and own.quote_status in ('lost', 'expired'))
                or (not is_decided and is_over)
        ) as lost_quote_count_182d
    from rhythm
    inner join marts.fct_quotes as own
        on own.current_customer_id = rhythm.customer_id
            and own.quote_date <= rhythm.cutoff_date
            and own.quote_date > rhythm.cutoff_date - 182
    cross join lateral (
        select
            coalesce(own.decided_at < rhythm.end_at, false) as is_decided,
            coalesce(own.valid_until_date < rhythm.cutoff_date, false) as is_over
    ) as state
    group by rhythm.cutoff_date, rhythm.customer_id
)
