"""The source contract: what a company may tell, column by column.

A query per entity in the company's YAML maps whatever the company has to these
columns. Only customers, orders and order lines are required; every other entity
adds what its `enables` says. `docs/source-contract.md` is printed from here.
"""

from ingest.contract.customers import (
    ACCOUNTS,
    CONSENTS,
    CUSTOMER_MERGES,
    CUSTOMERS,
    HOUSEHOLDS,
    REFERRALS,
)
from ingest.contract.offers import (
    CAMPAIGN_CONTACTS,
    CAMPAIGN_RESPONSES,
    CAMPAIGNS,
    CHANNELS,
    EMPLOYEES,
    PRODUCTS,
    REASONS,
    STORES,
)
from ingest.contract.sales import (
    LEADS,
    ORDER_LINES,
    ORDERS,
    PAYMENTS,
    QUOTES,
    RETURNS,
)
from ingest.contract.service import (
    INTERACTIONS,
    REGISTRATIONS,
    SERVICE_CASES,
    SURVEYS,
)
from ingest.contract.visits import WEB_EVENTS, WEB_REQUESTS
from warehouse.entity import Entity

SHOP_ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        CUSTOMERS,
        CUSTOMER_MERGES,
        HOUSEHOLDS,
        ACCOUNTS,
        CONSENTS,
        PRODUCTS,
        STORES,
        CHANNELS,
        REASONS,
        EMPLOYEES,
        CAMPAIGNS,
        CAMPAIGN_CONTACTS,
        CAMPAIGN_RESPONSES,
        ORDERS,
        ORDER_LINES,
        PAYMENTS,
        RETURNS,
        QUOTES,
        LEADS,
        INTERACTIONS,
        SERVICE_CASES,
        REGISTRATIONS,
        SURVEYS,
        REFERRALS,
        WEB_EVENTS,
    )
}
ENTITIES: dict[str, Entity] = SHOP_ENTITIES | {WEB_REQUESTS.name: WEB_REQUESTS}
