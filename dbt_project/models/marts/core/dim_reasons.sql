-- Grain: one reason of one group: those that the source tells, and those why a
-- customer may or may not be contacted, which are the same for every company.
-- Contract: dim_reasons.yml.
with

reasons as (

    select * from {{ ref('stg_shop__reasons') }}

),

told as (

    select
        reason_group_code,
        reason_code,
        reason_name as name_en,
        reason_name_ko as name_ko,
        meaning,
        suggested_action,
        is_self_solvable,
        is_deleted

    from reasons

),

permissions (
    reason_code,
    name_en,
    name_ko,
    meaning,
    suggested_action
) as (

    values
    (
        'granted', 'Agreed', '동의',
        'Agreed to advertising by this channel, also at night.',
        'Contact, with the sender and a free way to object.'
    ),
    (
        'granted_day_only', 'Agreed, by day only', '주간에만 동의',
        'Agreed to advertising by this channel, but not from 21 to 8.',
        'Contact between 8 and 21 only, or ask for the night as well.'
    ),
    (
        'never_asked', 'Never asked', '동의 요청 전',
        'Nothing is told of this channel, which counts as a refusal.',
        'Ask when the customer is in touch next; send nothing before.'
    ),
    (
        'refused', 'Refused', '거부',
        'Was asked and did not agree.',
        'Send nothing; ask again only when the customer begins.'
    ),
    (
        'withdrawn', 'Withdrawn', '동의 철회',
        'Agreed once, and took it back.',
        'Send nothing, and confirm the withdrawal.'
    ),
    (
        'consent_not_known', 'Consent not known', '동의 여부 불명',
        'The last statement does not say whether the customer agreed.',
        'Send nothing; look the statement up where it was made.'
    ),
    (
        'data_use_withdrawn', 'Data may not be used', '개인정보 이용 동의 철회',
        'Did not agree, or no longer does, that the data are used.',
        'Send nothing, and leave the customer out of every selection.'
    ),
    (
        'customer_withdrawn', 'No longer a customer', '탈퇴 회원',
        'The membership has ended.',
        'Send nothing.'
    ),
    (
        'reconfirm', 'To be confirmed again', '동의 재확인 필요',
        'Agreed two years ago or longer, and was not reminded of it since.',
        'Remind the customer of the consent before anything else is sent.'
    )

),

fixed as (

    select
        'permission' as reason_group_code,
        reason_code,
        name_en,
        name_ko,
        meaning,
        suggested_action,
        null::boolean as is_self_solvable,
        false as is_deleted

    from permissions

),

final as (

    select * from told
    union all
    select * from fixed

)

select * from final
