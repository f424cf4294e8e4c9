-- Grain: one campaign, channel, kind of backlash and number of days within
-- which it came. Contract: contact_backlash.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['campaign_id', 'channel_code', 'backlash_code', 'window_days'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select distinct campaign_id
    from {{ ref('int_affected_campaign_members') }}

),

members as (

    select * from {{ ref('int_campaign_members') }}
    where arm_code not in ('not_contacted', 'unknown')

),

members_of_affected as (

    select
        members.*,
        members.contact_count > 0 as is_contacted,
        members.arm_code = 'treated' as is_treated,
        members.arm_code = 'holdout' as is_held_out

    from affected

    inner join members
        on affected.campaign_id = members.campaign_id

),

channels as (

    select
        members.campaign_id,
        members.channel_code,
        count(*) filter (where members.is_contacted) as contacted_count,
        count(*) filter (where members.is_treated) as treated_count,
        count(*) filter (where members.is_held_out) as control_count

    from members_of_affected as members

    group by members.campaign_id, members.channel_code

),

windows as (

    select
        backlashes.backlash_code,
        lengths.window_days
    from (
        values ('opt_out'), ('complaint'), ('return'), ('withdrawal')
    ) as backlashes (backlash_code)
    cross join (
        values (7::bigint), (30::bigint)
    ) as lengths (window_days)

),

-- few of many
struck as (

    select
        members.campaign_id,
        members.channel_code,
        backlashes.backlash_code,
        backlashes.days,
        members.is_contacted,
        members.is_treated,
        members.is_held_out

    from members_of_affected as members

    cross join
        lateral (
            values
            ('opt_out', members.opt_out_days),
            ('complaint', members.complaint_days),
            ('return', members.return_days),
            ('withdrawal', members.withdrawal_days)
        ) as backlashes (backlash_code, days)

    where
        num_nonnulls(
            members.opt_out_days,
            members.complaint_days,
            members.return_days,
            members.withdrawal_days
        ) > 0
        and backlashes.days is not null

),

struck_counted as (

    select
        struck.campaign_id,
        struck.channel_code,
        windows.backlash_code,
        windows.window_days,
        count(*) filter (where struck.is_contacted) as contacted_struck_count,
        count(*) filter (where struck.is_treated) as treated_struck_count,
        count(*) filter (where struck.is_held_out) as control_struck_count

    from struck

    inner join windows
        on
            struck.backlash_code = windows.backlash_code
            and struck.days < windows.window_days

    group by
        struck.campaign_id,
        struck.channel_code,
        windows.backlash_code,
        windows.window_days

),

counted as (

    select
        channels.campaign_id,
        channels.channel_code,
        windows.backlash_code,
        windows.window_days,
        channels.contacted_count,
        channels.treated_count,
        channels.control_count,
        coalesce(struck_counted.contacted_struck_count, 0)
            as contacted_struck_count,
        coalesce(struck_counted.treated_struck_count, 0)
            as treated_struck_count,
        coalesce(struck_counted.control_struck_count, 0)
            as control_struck_count

    from channels

    cross join windows

    left join struck_counted
        on
            channels.campaign_id = struck_counted.campaign_id
            and channels.channel_code = struck_counted.channel_code
            and windows.backlash_code = struck_counted.backlash_code
            and windows.window_days = struck_counted.window_days

),

rated as (

    select
        counted.*,
        counted.treated_struck_count::double precision
        / nullif(counted.treated_count, 0) as treated_share,
        counted.control_struck_count::double precision
        / nullif(counted.control_count, 0) as control_share,
        {{ wilson_limit(
            'counted.treated_struck_count', 'counted.treated_count', '-'
        ) }} as treated_low,
        {{ wilson_limit(
            'counted.treated_struck_count', 'counted.treated_count', '+'
        ) }} as treated_high,
        {{ wilson_limit(
            'counted.control_struck_count', 'counted.control_count', '-'
        ) }} as control_low,
        {{ wilson_limit(
            'counted.control_struck_count', 'counted.control_count', '+'
        ) }} as control_high

    from counted

),

-- as in `campaign_results`
compared as (

    select
        rated.*,
        rated.treated_share - rated.control_share as difference,
        rated.treated_share - rated.control_share - sqrt(
            (rated.treated_share - rated.treated_low) ^ 2
            + (rated.control_high - rated.control_share) ^ 2
        ) as difference_low,
        rated.treated_share - rated.control_share + sqrt(
            (rated.treated_high - rated.treated_share) ^ 2
            + (rated.control_share - rated.control_low) ^ 2
        ) as difference_high

    from rated

),

judged as (

    select
        compared.*,
        case
            when compared.difference is null then 'no_holdout'
            when compared.difference_low > 0 then 'hurts'
            else 'not_shown'
        end as verdict_code,
        compared.contacted_struck_count::double precision
        / nullif(compared.contacted_count, 0) as contacted_struck_share,
        {{ six_digits('compared.difference') }} as rounded_difference,
        {{ six_digits('compared.difference_low') }} as rounded_low,
        {{ six_digits('compared.difference_high') }} as rounded_high

    from compared

),

final as (

    select
        campaign_id,
        channel_code,
        backlash_code,
        window_days,
        verdict_code,
        contacted_count,
        contacted_struck_count,
        contacted_struck_share,
        treated_count,
        treated_struck_count,
        control_count,
        control_struck_count,
        rounded_difference as difference,
        rounded_low as difference_low,
        rounded_high as difference_high

    from judged

)

select * from final
