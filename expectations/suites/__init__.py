"""What must hold of each table, one module a table.

Shape, types, keys and relations are the contracts' job (`ingest.contract`, dbt);
a suite says what they cannot: volume, plausible ranges, shares, steadiness.
Every expectation has a `description` of its own, a sentence that the alert, the
ledger and Data Docs show. One of severity "warning" is recorded and stops nothing.
Bounds are relative to the company or generous: no suite knows how large it is.
"""
