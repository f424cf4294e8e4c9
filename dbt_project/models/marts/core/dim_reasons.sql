-- Grain: one reason of one group: those that the source tells, and those of
-- permissions, churn and changes of segment, which are the same for every one.
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

fixed_names (
    reason_group_code,
    reason_code,
    name_en,
    name_ko,
    meaning,
    suggested_action
) as (

    values
    (
        'permission', 'granted', 'Agreed', '동의',
        'Agreed to advertising by this channel, also at night.',
        'Contact, with the sender and a free way to object.'
    ),
    (
        'permission', 'granted_day_only', 'Agreed, by day only', '주간에만 동의',
        'Agreed to advertising by this channel, but not from 21 to 8.',
        'Contact between 8 and 21 only, or ask for the night as well.'
    ),
    (
        'permission', 'never_asked', 'Never asked', '동의 요청 전',
        'Nothing is told of this channel, which counts as a refusal.',
        'Ask when the customer is in touch next; send nothing before.'
    ),
    (
        'permission', 'refused', 'Refused', '거부',
        'Was asked and did not agree.',
        'Send nothing; ask again only when the customer begins.'
    ),
    (
        'permission', 'withdrawn', 'Withdrawn', '동의 철회',
        'Agreed once, and took it back.',
        'Send nothing, and confirm the withdrawal.'
    ),
    (
        'permission', 'consent_not_known', 'Consent not known', '동의 여부 불명',
        'The last statement does not say whether the customer agreed.',
        'Send nothing; look the statement up where it was made.'
    ),
    (
        'permission', 'data_use_withdrawn', 'Data may not be used',
        '개인정보 이용 동의 철회',
        'Did not agree, or no longer does, that the data are used.',
        'Send nothing, and leave the customer out of every selection.'
    ),
    (
        'permission', 'customer_withdrawn', 'No longer a customer', '탈퇴 회원',
        'The membership has ended.',
        'Send nothing.'
    ),
    (
        'permission', 'reconfirm', 'To be confirmed again', '동의 재확인 필요',
        'Agreed two years ago or longer, and was not reminded of it since.',
        'Remind the customer of the consent before anything else is sent.'
    ),
    (
        'churn', 'rhythm', 'Comes less often', '방문 리듬 저하',
        'Stays away for longer, comes or shows up less often, than is usual.',
        'Remind the customer before the next usual visit has passed.'
    ),
    (
        'churn', 'spend', 'Spends less', '구매금액 감소',
        'What was bought lately is worth less than before.',
        'Ask what is bought elsewhere, and why.'
    ),
    (
        'churn', 'breadth', 'Buys fewer kinds', '구매 폭 축소',
        'Buys in fewer categories, stores or channels.',
        'Show what the customer used to buy, and what goes with it.'
    ),
    (
        'churn', 'service', 'Trouble with service', '서비스 불만',
        'A case is open, an answer was late, or a promise was broken.',
        'Settle the case and say so before anything is offered.'
    ),
    (
        'churn', 'web_search', 'Searches in vain', '웹 검색 실패',
        'Searched the web site and found nothing.',
        'Look at what was searched for, and answer it.'
    ),
    (
        'churn', 'rep', 'Lost the contact person', '담당자 변경',
        'The employee in charge changed or left.',
        'Let the new one call and take over what was agreed.'
    ),
    (
        'churn', 'price', 'Finds it dear', '가격 부담',
        'Prices of what the customer buys rose, or a quote was lost.',
        'Show the fitting cheaper size or product.'
    ),
    (
        'churn', 'campaign_pressure', 'Contacted too often', '캠페인 피로',
        'Was contacted often, or long not at all.',
        'Leave the customer alone for a while, or change the channel.'
    ),
    (
        'churn', 'returns', 'Sends back', '반품',
        'Returns, credits or complaints about what was bought.',
        'Find out what was wrong with it, and make it good.'
    ),
    (
        'segment_change', 'rule_version', 'Other rules', '기준 변경',
        'The rules that score were changed; nobody need have done anything.',
        'Compare segments from this night on only.'
    ),
    (
        'segment_change', 'model_anchor', 'Another model', '모델 변경',
        'A model was trained anew. Never of RFM segments, which have none.',
        'Compare segments from this night on only.'
    ),
    (
        'segment_change', 'merge', 'Memberships joined', '회원번호 통합',
        'Two numbers turned out to be one customer.',
        'Go on with the number that stays.'
    ),
    (
        'segment_change', 'late_data', 'Told late', '뒤늦은 정정',
        'What is told of earlier days came late or was corrected.',
        'Look at what was corrected before acting on the change.'
    ),
    (
        'segment_change', 'own_behaviour', 'Own doing', '고객 본인의 행동',
        'Bought, gave back, withdrew or came back.',
        'Answer to what the customer did.'
    ),
    (
        'segment_change', 'clock', 'Time passed', '기간 경과',
        'A purchase left the RFM window, and none came.',
        'Remind the customer while the move is fresh.'
    ),
    (
        'segment_change', 'peers_shift', 'Others moved', '다른 고객의 변화',
        'The customer is as before; others bought more, or less.',
        'Do nothing for this reason alone.'
    )

),

fixed as (

    select
        reason_group_code,
        reason_code,
        name_en,
        name_ko,
        meaning,
        suggested_action,
        null::boolean as is_self_solvable,
        false as is_deleted

    from fixed_names

),

final as (

    select * from told
    union all
    select * from fixed

)

select * from final
