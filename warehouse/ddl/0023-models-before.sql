-- A model may stand on that of the anchor before, and is trained anew with it.
alter table mined.model_runs add column previous_hash text;
comment on column mined.model_runs.previous_hash is
'Hash of the model of the anchor before that this one was trained with.';
