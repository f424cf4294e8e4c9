{#
    For the planner, which knows nothing of a table that was just made: models after
    it would be joined as if it were empty. What is only added to is left to PostgreSQL.
#}
{% macro analyzed_when_new() -%}
    {% if not is_incremental() %}analyze {{ this }}{% endif %}
{%- endmacro %}
