{#
    Limit of the 95 % interval of a share by its score (Wilson 1927), `sign` - for the
    lower and + for the upper. Null where there are no trials.
#}
{% macro wilson_limit(successes, trials, sign) -%}
    (
        (
            {{ successes }} + {{ normal_quantile() }} ^ 2 / 2
            {{ sign }} {{ normal_quantile() }} * sqrt(
                {{ successes }}::double precision
                * ({{ trials }} - {{ successes }}) / nullif({{ trials }}, 0)
                + {{ normal_quantile() }} ^ 2 / 4
            )
        ) / nullif({{ trials }} + {{ normal_quantile() }} ^ 2, 0)
    )
{%- endmacro %}

{# How many standard errors an interval of 95 % goes to either side. #}
{% macro normal_quantile() -%}
    1.959964::double precision
{%- endmacro %}

{# A floating point number without the digits that differ by machine. #}
{% macro six_digits(number) -%}
    round(({{ number }})::numeric, 6)::double precision
{%- endmacro %}
