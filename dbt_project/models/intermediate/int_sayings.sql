-- Grain: one saying of the textbooks. What it claims, how far a company may be
-- from it and still agree, and of how many customers it must be seen.
with

final as (

    select
        sayings.saying_number::bigint as saying_number,
        sayings.saying_code,
        sayings.unit_code,
        sayings.claim_low::double precision as claim_low,
        sayings.claim_high::double precision as claim_high,
        sayings.band_low::double precision as band_low,
        sayings.band_high::double precision as band_high,
        sayings.needed_count::bigint as needed_count,
        sayings.needed_input,
        sayings.saying_en,
        sayings.saying_ko

    from (
        values
        (
            1, 'revenue_80_20', 'share', 0.80, 0.80, 0.75, 0.85,
            100, 'orders.customer_id',
            'The best 20 % of customers bring 80 % of the revenue',
            '상위 20% 고객이 매출의 80%를 가져온다'
        ),
        (
            2, 'profit_85_15', 'share', 0.85, 0.85, 0.80, 0.90,
            100, 'order_lines.unit_cost',
            'The best 15 % of customers bring 85 % of the profit',
            '상위 15% 고객이 이익의 85%를 가져온다'
        ),
        (
            3, 'winning_costs_6_to_7', 'ratio', 6.0, 7.0, 5.0, 8.0,
            30, 'campaign_contacts.cost_amount',
            'Winning a customer costs 6 to 7 times as much as keeping one',
            '신규 고객 획득 비용은 기존 고객 유지 비용의 6~7배이다'
        ),
        (
            4, 'retention_plus_5', 'share', 0.25, 0.95, 0.25, 0.95,
            30, 'orders.customer_id',
            'Keeping 5 % more of the customers brings 25 to 95 % more profit',
            '고객 유지율이 5% 오르면 이익이 25~95% 늘어난다'
        ),
        (
            5, 'months_24_to_30', 'ratio', 2.0, null, 2.0, null,
            30, 'customers.registered_at',
            'In months 24 to 30 customers spend twice their first half year',
            '충성 고객은 24~30개월째에 첫 6개월의 두 배 넘게 쓴다'
        ),
        (
            6, 'branch_first_70', 'share', 0.70, 0.70, 0.65, 0.75,
            30, 'channels.channel_group_code',
            'Of new customers 70 % come to a branch first',
            '신규 고객의 70%는 지점을 먼저 찾는다'
        )
    ) as sayings (
        saying_number,
        saying_code,
        unit_code,
        claim_low,
        claim_high,
        band_low,
        band_high,
        needed_count,
        needed_input,
        saying_en,
        saying_ko
    )

)

select * from final
