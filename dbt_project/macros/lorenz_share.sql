{#
    Share of the whole that the lowest `share` of customers bring: one point of the
    Lorenz curve. Expects `ranked` with rank_from_lowest, amount, customer_count and
    positive_amount in an aggregate; the customer at the edge counts by its part.
#}
{% macro lorenz_share(share) -%}
    (
        sum(
            ranked.amount * least(
                greatest(
                    {{ share }} * ranked.customer_count
                    - (ranked.rank_from_lowest - 1),
                    0
                ),
                1
            )
        ) / nullif(max(ranked.positive_amount), 0)
    )
{%- endmacro %}
