-- A night builds only what its batches touch, so marts that other models built, or the
-- same with other settings, must be built anew as a whole, once.
alter table ledger.builds add column models_sha256 text;
comment on column ledger.builds.models_sha256 is
'Digest of the models and settings that built; null if some marts are of others.';
