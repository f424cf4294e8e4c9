{#
    A text with a whole number in the place of each {0}, {1} ...; null where one is not
    known. Of `arguments` those that end with ` %` are shares, told in hundredths.
#}
{% macro sentence(text, arguments) -%}
    {%- set said = namespace(sql="'" ~ text ~ "'") -%}
    {%- for argument in arguments -%}
        {%- set is_share = argument.endswith(' %') -%}
        {%- set told = (
            '100 * (' ~ argument[:-2] ~ ')' if is_share else argument
        ) -%}
        {%- set said.sql = (
            "replace(" ~ said.sql ~ ", '{" ~ loop.index0 ~ "}', to_char(round(("
            ~ told ~ ")::numeric), 'FM999,999,999,999,990'))"
        ) -%}
    {%- endfor -%}
    {{ said.sql }}
{%- endmacro %}
