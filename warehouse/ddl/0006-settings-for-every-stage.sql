-- Every stage sees to it that the warehouse is built for the company it runs for.
grant select on ledger.settings to publisher, miner;
