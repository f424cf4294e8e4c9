-- Grain: one question that somebody around a customer asks. The questions lie
-- in `macros/questions`, by who asks.
with

final as (

    select
        questions.question_id,
        questions.asked_by_code,
        questions.view_name,
        questions.needed_inputs,
        questions.question_en,
        questions.question_ko

    from (
        values
        {{ questions_of_managers() }},
        {{ questions_of_marketing() }},
        {{ questions_of_sales() }},
        {{ questions_of_service() }},
        {{ questions_of_customers() }}
    ) as questions (
        question_id,
        asked_by_code,
        view_name,
        needed_inputs,
        question_en,
        question_ko
    )

)

select * from final
