-- Grain: one question that somebody around a customer asks. Contract:
-- question_catalogue.yml.

with

questions as (

    select * from {{ ref('int_questions') }}

),

inputs as (

    select * from {{ ref('int_inputs_told') }}

),

answers as (

    select * from {{ ref('int_answers') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

held_batches as (

    select * from {{ source('ledger', 'held_batches') }}

),

mart_nights as (

    select * from {{ source('ledger', 'mart_nights') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

bounds as (

    select max(batches.business_date) as newest_date
    from batches

),

entities as (

    select
        batches.entity as entity_name,
        max(batches.business_date) as told_date

    from batches

    left join held_batches
        on batches.batch_id = held_batches.batch_id

    where held_batches.batch_id is null

    group by batches.entity

),

needs as (

    select
        questions.question_id,
        needed.input_name,
        needed.position
    from questions
    cross join
        lateral unnest(string_to_array(questions.needed_inputs, ' '))
        with ordinality as needed (input_name, position)

),

-- an input of which the contract knows nothing is told by nobody
needs_summed as (

    select
        needs.question_id,
        string_agg(needs.input_name, ', ' order by needs.position) filter (
            where not coalesce(inputs.is_told, false)
        ) as missing_input,
        bool_and(inputs.input_name is not null) as is_in_contract,
        min(entities.told_date) as told_date

    from needs

    left join inputs
        on needs.input_name = inputs.input_name

    left join entities
        on split_part(needs.input_name, '.', 1) = entities.entity_name

    group by needs.question_id

),

-- of a night that is mined again readers do not see what was mined, if they
-- have a newer one: no sentence is said of it
shown as (

    select
        questions.question_id,
        questions.asked_by_code,
        questions.view_name,
        questions.question_en,
        questions.question_ko,
        needs_summed.missing_input,
        needs_summed.is_in_contract,
        needs_summed.told_date,
        bounds.newest_date,
        mart_nights.as_of_date as shown_date,
        mart_nights.stage = 'mined'
        and mart_nights.as_of_date > nights.business_date as is_of_older_night

    from questions

    cross join bounds

    cross join nights

    left join needs_summed
        on questions.question_id = needs_summed.question_id

    left join mart_nights
        on questions.view_name = mart_nights.mart

),

judged as (

    select
        shown.*,
        case
            when not shown.is_in_contract then 'not_in_contract'
            when shown.missing_input is not null then 'not_told'
            when shown.shown_date is null then 'never_published'
            when shown.shown_date < shown.newest_date then 'view_older'
            when shown.told_date < shown.newest_date then 'source_late'
        end as status_reason_code

    from shown

),

-- what a gate holds back is no answer
decided as (

    select
        judged.*,
        coalesce(judged.status_reason_code, 'none') in ('none', 'source_late')
        and not coalesce(judged.is_of_older_night, false) as is_shown_now,
        case
            when judged.status_reason_code is null then 'ANSWERED'
            when judged.status_reason_code in ('view_older', 'source_late')
                then 'STALE'
            else 'UNANSWERABLE'
        end as status

    from judged

),

final as (

    select
        decided.question_id,
        decided.asked_by_code,
        decided.question_en,
        decided.question_ko,
        decided.view_name,
        decided.status,
        decided.status_reason_code,
        decided.missing_input,
        case
            when decided.status != 'UNANSWERABLE'
                then least(decided.shown_date, decided.told_date)
        end as as_of_date,
        case when decided.is_shown_now then answers.answer_en end as answer_en,
        case when decided.is_shown_now then answers.answer_ko end as answer_ko

    from decided

    left join answers
        on decided.question_id = answers.question_id

)

select * from final
