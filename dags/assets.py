"""What one DAG leaves for another: the only way in which DAGs meet.

Every asset is partitioned by business date; an event says that the asset is complete
for that date. The assets form a chain, and no DAG waits for two of them: Airflow
3.3.2 loses a night when two awaited events arrive within milliseconds
(apache/airflow#71070), and after a rerun of one it would wait for the other again.
The loads hold the company's lock anyway, so one after the other costs no time.
"""

from airflow.sdk import Asset

RAW_SHOP = Asset("raw_shop")
RAW_WEBLOG = Asset("raw_weblog")  # complete after RAW_SHOP of its date, never before
CORE_MARTS = Asset("core_marts")
MINED_MARTS = Asset("mined_marts")
