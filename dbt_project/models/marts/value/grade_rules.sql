-- Grain: one grade of one version of the rule by which customers are graded. A
-- new rule is a new version, valid from a day on: grades given before it stay.
-- Contract: grade_rules.yml.
with

told as (

    select
        rules.rule_version,
        rules.grade_code,
        rules.name_en,
        rules.name_ko,
        rules.up_to_share::double precision as up_to_share,
        rules.valid_from_date::date as valid_from_date

    from (
        values
        ('contribution_1', 'A', 'Carries us', '핵심 고객', 0.50, '-infinity'),
        ('contribution_1', 'B', 'Strong', '우수 고객', 0.80, '-infinity'),
        ('contribution_1', 'C', 'Steady', '일반 고객', 0.95, '-infinity'),
        ('contribution_1', 'D', 'Small', '소액 고객', 1.00, '-infinity')
    ) as rules (
        rule_version,
        grade_code,
        name_en,
        name_ko,
        up_to_share,
        valid_from_date
    )

),

versions as (

    select distinct
        told.rule_version,
        told.valid_from_date
    from told

),

versions_followed as (

    select
        versions.rule_version,
        coalesce(
            lead(versions.valid_from_date) over (
                order by versions.valid_from_date
            ),
            'infinity'::date
        ) as valid_to_date
    from versions

),

final as (

    select
        told.rule_version,
        told.grade_code,
        told.name_en,
        told.name_ko,
        told.up_to_share,
        told.valid_from_date,
        versions_followed.valid_to_date

    from told

    inner join versions_followed
        on told.rule_version = versions_followed.rule_version

)

select * from final
