-- By which hash keys the warehouse's identifiers are hashed: a fingerprint, no key.
alter table ledger.settings add column hash_keys text;
