"""A small web shop, and visits to it that are written down one by one."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from demo.simulated.web.site import Site
from demo.simulated.web.visits import NONE, Intent, Visits

CUSTOMERS, PRODUCTS, CAMPAIGNS = 500, 40, 3


@pytest.fixture(scope="session")
def site() -> Site:
    return Site(
        customers=pl.Series([f"M{each:06}" for each in range(CUSTOMERS)]),
        products=pl.Series([f"P{each:04}" for each in range(PRODUCTS)]),
        categories=pl.Series([f"kind-{each % 5}" for each in range(PRODUCTS)]),
        terms=pl.Series([f"우산 {each}호" for each in range(PRODUCTS)]),
        campaigns=pl.Series([f"spring-{each}" for each in range(CAMPAIGNS)]),
    )


@pytest.fixture(scope="session")
def planted() -> Callable[..., Visits]:
    """Visits, one for each intent given; whatever is not given is nobody's or none's.

    Each is a visitor's of its own, at noon; who must have a product or an order has
    one.
    """

    def visits(*intents: Intent, **given: object) -> Visits:
        intent = np.array(intents, dtype=np.int8)
        row = np.arange(len(intent))
        values: dict[str, object] = {
            "visitor": row,
            "customer": NONE,
            "second": 12 * 3600,
            "product": row % PRODUCTS,
            "order": np.where(intent == Intent.CHECKOUT, 1000 + row, NONE),
            "campaign": NONE,
        }
        types = {"visitor": np.int64, "order": np.int64}
        arrays = {
            name: np.array(
                np.broadcast_to(np.asarray(value), len(intent)),
                dtype=types.get(name, np.int32),
            )
            for name, value in (values | given).items()
        }
        return Visits(intent=intent, **arrays)

    return visits


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([20230101])))
