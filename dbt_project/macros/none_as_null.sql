{# A setting as SQL; one that is not set is null, and zero is zero. #}
{% macro none_as_null(setting) -%}
    {{ "null" if setting is none else setting }}
{%- endmacro %}
