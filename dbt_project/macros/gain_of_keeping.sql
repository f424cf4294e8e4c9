{#
    By how much a customer is worth more when five in a hundred more of them stay each
    year, none more than all: a margin each year, kept with a share r and discounted at
    the rate d, is worth (1 + d) / (1 + d - r) margins (Gupta and Lehmann 2003).
    Expects `years` with yearly_rate.
#}
{% macro gain_of_keeping(share) -%}
    (
        least(0.05, 1 - {{ share }})
        / nullif(1 + years.yearly_rate - least({{ share }} + 0.05, 1), 0)
    )
{%- endmacro %}
