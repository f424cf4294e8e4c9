-- Grain: one campaign. Contract: campaign_results.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='campaign_id',
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select distinct campaign_id
    from {{ ref('int_affected_campaign_members') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

members as (

    select * from {{ ref('int_campaign_members') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

-- of contacts that were never read nobody knows whether there were any
bounds as (

    select
        max(batches.business_date) as last_day,
        coalesce(bool_or(batches.entity = 'campaign_contacts'), false)
            as are_contacts_told
    from batches

),

campaigns_summed as (

    select
        members.campaign_id,
        sum(members.contact_count)::bigint as contact_count,
        count(*) filter (where members.contact_count > 0) as contacted_count,
        count(*) filter (where members.arm_code in ('holdout', 'left_out'))
            as holdout_count,
        sum(members.response_count)::bigint as response_count,
        count(*) filter (
            where members.response_count > 0 and members.contact_count > 0
        ) as responding_count,
        sum(members.attributed_amount)::numeric(18, 2) as attributed_amount,
        sum(members.unknown_cost_count) as unknown_cost_count,
        sum(members.cost_amount) as spent_amount,
        case
            when bool_or(members.arm_code = 'holdout')
                then sum(members.cost_amount) filter (
                    where members.arm_code = 'treated'
                )
        end as tested_spent_amount

    from affected

    inner join members
        on affected.campaign_id = members.campaign_id

    group by members.campaign_id

),

-- only the lot makes two groups alike
trials as (

    select
        members.campaign_id,
        members.unknown_margin_count,
        members.net_amount,
        members.margin_amount,
        members.last_date,
        members.arm_code = 'treated' as is_treated,
        members.order_count > 0 as is_buyer

    from affected

    inner join members
        on affected.campaign_id = members.campaign_id

    where members.arm_code in ('treated', 'holdout')

),

bases as (

    select
        trials.campaign_id,
        sum(trials.unknown_margin_count) = 0 as is_margin_known
    from trials
    group by trials.campaign_id

),

trials_valued as (

    select
        trials.*,
        bases.is_margin_known,
        case
            when bases.is_margin_known then trials.margin_amount
            else trials.net_amount
        end as amount

    from trials

    inner join bases
        on trials.campaign_id = bases.campaign_id

),

trials_counted as (

    select
        trials.campaign_id,
        trials.is_margin_known,
        count(*) filter (where trials.is_treated) as treated_count,
        count(*) filter (where trials.is_treated and trials.is_buyer)
            as treated_buyer_count,
        count(*) filter (where not trials.is_treated) as control_count,
        count(*) filter (where not trials.is_treated and trials.is_buyer)
            as control_buyer_count,
        case
            when trials.is_margin_known
                then avg(trials.amount) filter (where trials.is_buyer)
            else
                avg(trials.amount) filter (where trials.is_buyer)
                * {{ none_as_null(var("margin_rate")) }}
        end as margin_of_buyer,
        avg(trials.amount) filter (where trials.is_treated)
            as treated_amount,
        avg(trials.amount) filter (where not trials.is_treated)
            as control_amount,
        var_samp(trials.amount) filter (where trials.is_treated)
            as treated_variance,
        var_samp(trials.amount) filter (where not trials.is_treated)
            as control_variance,
        max(trials.last_date) as last_date

    from trials_valued as trials

    group by trials.campaign_id, trials.is_margin_known

),

rated as (

    select
        trials.*,
        trials.treated_buyer_count::double precision
        / nullif(trials.treated_count, 0) as treated_share,
        trials.control_buyer_count::double precision
        / nullif(trials.control_count, 0) as control_share,
        {{ wilson_limit(
            'trials.treated_buyer_count', 'trials.treated_count', '-'
        ) }} as treated_low,
        {{ wilson_limit(
            'trials.treated_buyer_count', 'trials.treated_count', '+'
        ) }} as treated_high,
        {{ wilson_limit(
            'trials.control_buyer_count', 'trials.control_count', '-'
        ) }} as control_low,
        {{ wilson_limit(
            'trials.control_buyer_count', 'trials.control_count', '+'
        ) }} as control_high,
        (trials.treated_buyer_count + trials.control_buyer_count + 1.0)
        / (trials.treated_count + trials.control_count + 2) as smooth_share,
        trials.treated_amount - trials.control_amount as gain,
        {{ normal_quantile() }} * sqrt(
            trials.treated_variance / nullif(trials.treated_count, 0)
            + trials.control_variance / nullif(trials.control_count, 0)
        ) as gain_reach,
        trials.treated_count >= 30
        and trials.control_count >= 30 as is_gain_measured,
        coalesce(trials.treated_count > 0 and trials.control_count > 0, false)
            as is_trial

    from trials_counted as trials

),

-- two shares by Newcombe's hybrid of their scores (1998, method 10), two means
-- by Welch
compared as (

    select
        rated.*,
        rated.treated_share - rated.control_share as lift,
        rated.treated_share - rated.control_share - sqrt(
            (rated.treated_share - rated.treated_low) ^ 2
            + (rated.control_high - rated.control_share) ^ 2
        ) as lift_low,
        rated.treated_share - rated.control_share + sqrt(
            (rated.treated_high - rated.treated_share) ^ 2
            + (rated.control_share - rated.control_low) ^ 2
        ) as lift_high

    from rated

),

spent as (

    select
        campaigns.campaign_id,
        campaigns.budget_amount as planned_amount,
        bounds.last_day,
        coalesce(sums.attributed_amount, 0)::numeric(18, 2)
            as attributed_amount,
        coalesce(sums.contact_count, 0) as contact_count,
        coalesce(sums.contacted_count, 0) as contacted_count,
        coalesce(sums.holdout_count, 0) as holdout_count,
        coalesce(sums.response_count, 0) as response_count,
        coalesce(sums.responding_count, 0) as responding_count,
        case
            when not bounds.are_contacts_told then 'contacts_not_told'
            when sums.unknown_cost_count > 0 then 'cost_unknown'
            else 'known'
        end as cost_status,
        case
            when
                bounds.are_contacts_told
                and coalesce(sums.unknown_cost_count, 0) = 0
                then coalesce(sums.spent_amount, 0)
        end::numeric(18, 2) as spent_amount,
        case
            when
                bounds.are_contacts_told
                and coalesce(sums.unknown_cost_count, 0) = 0
                then coalesce(sums.tested_spent_amount, 0)
        end::numeric(18, 2) as tested_spent_amount

    from affected

    inner join campaigns
        on affected.campaign_id = campaigns.campaign_id

    cross join bounds

    left join campaigns_summed as sums
        on campaigns.campaign_id = sums.campaign_id

),

-- what has to be gained, in buyers, to bring back what a contact costs
measured as (

    select
        spent.*,
        compared.lift,
        compared.lift_low,
        compared.lift_high,
        compared.smooth_share,
        compared.gain,
        compared.gain_reach,
        compared.last_date,
        coalesce(compared.treated_count, 0) as treated_count,
        coalesce(compared.treated_buyer_count, 0) as treated_buyer_count,
        coalesce(compared.control_count, 0) as control_count,
        coalesce(compared.control_buyer_count, 0) as control_buyer_count,
        coalesce(compared.is_trial, false) as is_trial,
        coalesce(compared.is_gain_measured, false) as is_gain_measured,
        case
            when compared.is_margin_known then 'margin'
            when not compared.is_margin_known then 'net'
        end as gain_basis_code,
        case
            when compared.margin_of_buyer > 0
                then
                    spent.tested_spent_amount
                    / nullif(compared.treated_count, 0)
                    / compared.margin_of_buyer
        end as break_even_lift

    from spent

    left join compared
        on spent.campaign_id = compared.campaign_id

),

judged as (

    select
        measured.*,
        case
            when not measured.is_trial then 'no_holdout'
            when measured.last_date > measured.last_day then 'under_way'
            when measured.lift_high < coalesce(measured.break_even_lift, 0)
                then 'does_not'
            when measured.lift_low > 0 then 'works'
            else 'too_small'
        end as verdict_code,
        -- what there is to tell apart: nothing from what pays, or from one in a
        -- hundred where nobody knows that
        coalesce(nullif(measured.break_even_lift, 0), 0.01) as lift_sought

    from measured

),

-- for an interval of 95 % that 80 % of such trials would find
told as (

    select
        judged.*,
        (judged.spent_amount - judged.tested_spent_amount)::numeric(18, 2)
            as untested_spent_amount,
        (judged.planned_amount - judged.spent_amount)::numeric(18, 2)
            as unspent_amount,
        judged.responding_count::double precision
        / nullif(judged.contacted_count, 0) as responding_share,
        (judged.spent_amount / nullif(judged.response_count, 0))::numeric(
            18, 2
        ) as cost_per_response_amount,
        {{ six_digits('judged.lift') }} as rounded_lift,
        {{ six_digits('judged.lift_low') }} as rounded_lift_low,
        {{ six_digits('judged.lift_high') }} as rounded_lift_high,
        {{ six_digits('judged.break_even_lift') }} as rounded_break_even_lift,
        case
            when judged.verdict_code = 'too_small'
                then ceil(
                    (1.959964 + 0.841621) ^ 2
                    * 2 * judged.smooth_share * (1 - judged.smooth_share)
                    / judged.lift_sought ^ 2
                )
        end::bigint as needed_count,
        case
            when judged.is_gain_measured
                then judged.gain * judged.treated_count
        end::numeric(18, 2) as gain_amount,
        case
            when judged.is_gain_measured
                then (judged.gain - judged.gain_reach) * judged.treated_count
        end::numeric(18, 2) as gain_low_amount,
        case
            when judged.is_gain_measured
                then (judged.gain + judged.gain_reach) * judged.treated_count
        end::numeric(18, 2) as gain_high_amount

    from judged

),

final as (

    select
        campaign_id,
        verdict_code,
        cost_status,
        gain_basis_code,
        planned_amount,
        spent_amount,
        tested_spent_amount,
        untested_spent_amount,
        unspent_amount,
        contact_count,
        contacted_count,
        holdout_count,
        response_count,
        responding_count,
        responding_share,
        cost_per_response_amount,
        attributed_amount,
        treated_count,
        treated_buyer_count,
        control_count,
        control_buyer_count,
        rounded_lift as lift,
        rounded_lift_low as lift_low,
        rounded_lift_high as lift_high,
        rounded_break_even_lift as break_even_lift,
        needed_count,
        gain_amount,
        gain_low_amount,
        gain_high_amount,
        last_date as last_followed_date

    from told

)

select * from final
