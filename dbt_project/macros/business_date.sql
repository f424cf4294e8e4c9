{# A moment as the clock on the company's wall shows it. #}
{% macro business_time(moment) -%}
    {{ return(adapter.dispatch('business_time')(moment)) }}
{%- endmacro %}

{% macro default__business_time(moment) -%}
    ({{ moment }} at time zone '{{ var("time_zone") }}')
{%- endmacro %}

{# The calendar day of a moment in the company's time zone. #}
{% macro business_date(moment) -%}
    {{ business_time(moment) }}::date
{%- endmacro %}

{# The moment at which a day of the company begins. #}
{% macro business_day_start(day) -%}
    ({{ day }}::timestamp at time zone '{{ var("time_zone") }}')
{%- endmacro %}
