-- Grain: one affected current customer, one channel and one purpose: what
-- stands of everything that was said. Memberships that were joined each have
-- their own last word, and the strictest of them stands.
with

consents as (

    select * from {{ ref('stg_shop__consents') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

affected as (

    select * from {{ ref('int_affected_permissions') }}

),

-- what is said of all channels is said of each
channels as (

    select told.channel_code
    from (
        values ('sms'), ('kakao'), ('email'), ('app_push'), ('phone'), ('post')
    ) as told (channel_code)

),

statements as (

    select
        resolved.current_customer_id,
        consents.customer_id,
        channels.channel_code,
        consents.purpose_code,
        consents.changed_at,
        coalesce(consents.consent_state = 'granted', false) as is_granted,
        case coalesce(consents.consent_state, 'consent_not_known')
            when 'withdrawn' then 1
            when 'refused' then 2
            when 'consent_not_known' then 3
            else 4
        end as strictness_rank

    from consents

    inner join resolved
        on consents.customer_id = resolved.customer_id

    inner join affected
        on resolved.current_customer_id = affected.customer_id

    inner join channels
        on consents.channel_code in (channels.channel_code, 'all')

),

-- of two statements of one moment the stricter counts
moments as (

    select
        statements.current_customer_id,
        statements.customer_id,
        statements.channel_code,
        statements.purpose_code,
        statements.changed_at,
        bool_and(statements.is_granted) as is_granted,
        min(statements.strictness_rank) as strictness_rank

    from statements

    group by
        statements.current_customer_id,
        statements.customer_id,
        statements.channel_code,
        statements.purpose_code,
        statements.changed_at

),

followed as (

    select
        moments.*,
        lag(moments.is_granted) over history as was_granted,
        lead(moments.changed_at) over history as next_changed_at

    from moments

    window history as (
        partition by
            moments.customer_id, moments.channel_code, moments.purpose_code
        order by moments.changed_at
    )

),

compared as (

    select
        followed.*,
        coalesce(followed.was_granted != followed.is_granted, true)
            as is_change,
        (followed.next_changed_at is null) as is_last_word

    from followed

),

last_words as (

    select
        compared.current_customer_id,
        compared.customer_id,
        compared.channel_code,
        compared.purpose_code,
        bool_and(compared.is_granted) filter (
            where compared.is_last_word
        ) as is_granted,
        min(compared.strictness_rank) filter (
            where compared.is_last_word
        ) as strictness_rank,
        max(compared.changed_at) filter (where compared.is_change) as since,
        max(compared.changed_at) as last_said_at

    from compared

    group by
        compared.current_customer_id,
        compared.customer_id,
        compared.channel_code,
        compared.purpose_code

),

final as (

    select
        last_words.current_customer_id,
        last_words.channel_code,
        last_words.purpose_code,
        bool_and(last_words.is_granted) as is_granted,
        case min(last_words.strictness_rank)
            when 1 then 'withdrawn'
            when 2 then 'refused'
            when 3 then 'consent_not_known'
            else 'granted'
        end as reason_code,
        -- granted since the last of them did, else not since the first did not
        coalesce(
            min(last_words.since) filter (
                where not last_words.is_granted
            ),
            max(last_words.since)
        ) as since,
        -- the oldest of the grants that are to be confirmed
        min(last_words.last_said_at) as last_said_at

    from last_words

    group by
        last_words.current_customer_id,
        last_words.channel_code,
        last_words.purpose_code

)

select * from final
