-- Grain: one RFM segment. The names behind the codes that `mining.segments`
-- assigns; a test holds the two lists equal. Contract: dim_segments.yml.
with

segments (
    display_order,
    rfm_segment_code,
    name_en,
    name_ko,
    meaning_en,
    meaning_ko,
    suggested_action_en,
    suggested_action_ko
) as (

    values
    (
        1, 'champions', 'Champions', '최우수 고객',
        'Bought very recently, buys often and spends a lot.',
        '아주 최근에 구매했고, 자주 그리고 많이 구매합니다.',
        'Give thanks and early access, not discounts; ask for a review.',
        '할인보다 감사와 우선 혜택을 드리고, 후기나 추천을 부탁하세요.'
    ),
    (
        2, 'loyal', 'Loyal customers', '충성 고객',
        'Buys often and keeps coming.',
        '자주 구매하며 꾸준히 찾아옵니다.',
        'Offer the next better product and membership benefits.',
        '한 단계 높은 상품과 멤버십 혜택을 제안하세요.'
    ),
    (
        3, 'potential_loyalists', 'Potential loyalists', '잠재 충성 고객',
        'Bought recently, but not yet often.',
        '최근에 구매했지만, 아직 구매 횟수가 많지는 않습니다.',
        'Recommend what goes with their purchases; invite to membership.',
        '구매 상품과 어울리는 상품을 추천하고 멤버십 가입을 권하세요.'
    ),
    (
        4, 'new_customers', 'New customers', '신규 고객',
        'Bought very recently; once, or among the least often.',
        '아주 최근에 구매했고, 구매는 한 번이거나 가장 적은 편입니다.',
        'Welcome them and make the second purchase easy.',
        '환영 인사와 이용 안내로 두 번째 구매를 이끌어 내세요.'
    ),
    (
        5, 'promising', 'Promising customers', '유망 고객',
        'Bought fairly recently; once, or among the least often.',
        '비교적 최근에 구매했고, 구매는 한 번이거나 가장 적은 편입니다.',
        'Remind them with a small offer that fits what they bought.',
        '구매 상품과 어울리는 작은 혜택으로 다시 찾게 하세요.'
    ),
    (
        6, 'needs_attention', 'Needs attention', '관심 필요 고객',
        'Buys fairly often or spends well, but less recently.',
        '구매 횟수나 금액은 괜찮지만, 요즘 들어 뜸해졌습니다.',
        'Send a time-limited offer on what they usually buy.',
        '평소 구매하던 상품의 기간 한정 혜택을 보내세요.'
    ),
    (
        7, 'about_to_sleep', 'About to sleep', '휴면 임박 고객',
        'Buys seldom, spends little and has not come for a while.',
        '구매 횟수와 금액이 적고, 한동안 구매가 없습니다.',
        'Remind them once, with popular products, before they are gone.',
        '휴면으로 넘어가기 전에 인기 상품으로 한 번 더 알려 주세요.'
    ),
    (
        8, 'at_risk', 'At risk', '이탈 위험 고객',
        'Used to buy regularly or spend a lot, and now stays away.',
        '꾸준히 또는 많이 구매하던 고객인데, 발길이 뜸해졌습니다.',
        'Write personally, ask what is missing, give a reason to return.',
        '개인화된 메시지로 불편을 묻고, 다시 찾을 이유를 만들어 주세요.'
    ),
    (
        9, 'cannot_lose', 'Cannot lose them', '놓칠 수 없는 고객',
        'Was among the best by visits or spending, and now stays away.',
        '구매 횟수나 금액이 최상위였는데, 발길이 뜸해졌습니다.',
        'Call in person, settle complaints first, make your best offer.',
        '직접 연락해 불만부터 해결하고, 가장 좋은 조건을 제안하세요.'
    ),
    (
        10, 'hibernating', 'Hibernating', '휴면 고객',
        'Bought seldom, and not for a long time.',
        '구매 횟수가 적고, 마지막 구매 후 오래 지났습니다.',
        'Use cheap channels only; write less often if nobody answers.',
        '비용이 적은 채널로만 연락하고, 반응이 없으면 횟수를 줄이세요.'
    ),
    (
        11, 'lost', 'Lost customers', '이탈 고객',
        'Has bought before, but not in the RFM window.',
        '구매 이력은 있지만, RFM 분석 기간에는 구매가 없습니다.',
        'Try to win back once at most; then save the money.',
        '재구매 유도는 한 번만 시도하고, 이후에는 비용을 아끼세요.'
    )

),

final as (

    select
        rfm_segment_code,
        name_en,
        name_ko,
        meaning_en,
        meaning_ko,
        suggested_action_en,
        suggested_action_ko,
        cast(display_order as bigint) as display_order

    from segments

)

select * from final
