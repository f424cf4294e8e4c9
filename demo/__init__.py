"""Companies to run on before bringing your own.

Each is a package with a ``company.yml`` and a function ``prepare(shop, home,
progress)`` that makes its sources: an operational database and web logs. It shares no
rule or threshold with what it is there to test.
"""
