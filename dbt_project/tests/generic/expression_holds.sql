{# Rows for which `expression` is false; where it is null, nothing is known. #}
{% test expression_holds(model, expression) %}

select 1 as failure
from {{ model }}
where not ({{ expression }})

{% endtest %}
