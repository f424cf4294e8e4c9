-- Models, kept with what they were trained on and how good they are. Who reads a model
-- checks its hash first.
create table mined.model_runs (
    model_code text not null,
    anchor_date date not null,
    model_version text not null,
    code_hash text not null,
    configuration_hash text not null,
    training_first_date date not null,
    training_last_date date not null,
    training_count bigint not null,
    star_build_id bigint not null,
    is_published boolean not null,
    reason text,
    content_hash text not null,
    content bytea not null,
    primary key (model_code, anchor_date)
);
comment on table mined.model_runs is
'The model of each anchor date: what it was made of, and the model itself (skops).';
comment on column mined.model_runs.star_build_id is
'Newest build of the star whose rows it was trained on.';
comment on column mined.model_runs.is_published is
'Whether its scores are worth being published; `reason` says why not.';

create table mined.model_evaluations (
    model_code text not null,
    anchor_date date not null,
    subject_code text not null,
    measure_code text not null,
    contender_code text not null,
    bin_number bigint not null,
    model_version text not null,
    value double precision,
    value_low double precision,
    value_high double precision,
    expected_value double precision,
    row_count bigint not null,
    first_cutoff_date date,
    last_cutoff_date date,
    status text not null,
    primary key (
        model_code,
        anchor_date,
        subject_code,
        measure_code,
        contender_code,
        bin_number
    )
);
comment on table mined.model_evaluations is
'How good each model is, beside the naive rules; a row a measure.';

-- From which day on a build computed something of a customer anew: a model whose
-- anchor lies after it was trained on other rows.
alter table ledger.builds add column first_affected_date date;
comment on column ledger.builds.first_affected_date is
'Earliest day of a customer that the build computed anew.';

grant usage on schema ledger to miner;
grant select on ledger.builds to miner;
