{#
    Columns by which a fact names a member of a dimension: the version that a join has
    found, or `(unknown)`, and the number as the source told it.
#}
{% macro customer_columns(told) -%}
    coalesce(customers.customer_key, '(unknown)') as customer_key,
    coalesce(customers.customer_id, '(unknown)') as customer_id,
    coalesce(customers.current_customer_id, '(unknown)') as current_customer_id,
    {{ told }} as source_customer_id
{%- endmacro %}

{% macro employee_columns(told) -%}
    coalesce(employees.employee_key, '(unknown)') as employee_key,
    coalesce(employees.employee_id, '(unknown)') as employee_id,
    {{ told }} as source_employee_id
{%- endmacro %}

{# Whether a period of a dimension was valid at a moment. #}
{% macro is_valid_at(version, moment) -%}
    {{ moment }} >= {{ version }}.valid_from
    and {{ moment }} < {{ version }}.valid_to
{%- endmacro %}
