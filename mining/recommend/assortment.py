"""What may be offered: products on sale, and those of which one is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from mining import columns
from mining.recommend.purchases import places


@dataclass(frozen=True, slots=True)
class Assortment:
    """What is known of the products that were ever bought, in their order.

    Attributes
    ----------
    is_available, is_once_enough : ndarray of shape (n_products,)
    categories : Index
        Sorted, each once.
    category : ndarray of shape (n_products,)
        Place in `categories`, -1 where it is not known.
    """

    is_available: NDArray[np.bool_]
    is_once_enough: NDArray[np.bool_]
    categories: pd.Index
    category: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        available: pd.DataFrame | pd.Series | pd.Index | Sequence[Any],
        products: pd.Index,
    ) -> Self:
        """Read what a caller says may be offered.

        Parameters
        ----------
        available : sequence or DataFrame of shape (n_offered, 1 or more)
            Ids of what is on sale. Or a row a product, on sale or not: `product_id`
            and, where they are known, `is_available` (True if not given), `category`,
            `is_once_enough` (False if not given).
        products : Index
            Products that were ever bought.

        Raises
        ------
        ValueError
            If a frame has no `product_id`, or tells twice of a product.
        """
        if not isinstance(available, pd.DataFrame):
            available = pd.DataFrame({"product_id": pd.Series(available)})
            available = available.drop_duplicates()
        columns.require(available, "products", ("product_id",))
        repeated = available["product_id"].duplicated()
        columns.refuse("products", [(repeated, "repeat a product_id")])
        told = available.set_index("product_id").reindex(products)
        known = places(pd.Index(available["product_id"]), pd.Series(products)) >= 0
        category, categories = pd.factorize(_column(told, "category", None), sort=True)
        return cls(
            is_available=known & _flags(told, "is_available", True),
            is_once_enough=_flags(told, "is_once_enough", False),
            categories=pd.Index(categories),
            category=category.astype("int64"),
        )

    def of_categories(self) -> sp.csr_array:
        """Ones where a product is of a category: products x categories."""
        of_one = np.flatnonzero(self.category >= 0)
        shape = (len(self.category), len(self.categories))
        ones = np.ones(len(of_one))
        return sp.coo_array((ones, (of_one, self.category[of_one])), shape).tocsr()

    def of_once_groups(self) -> sp.csr_array:
        """Ones where a product is of a group of which one is enough.

        Returns
        -------
        csr_array of shape (n_products, n_groups)
            A group: the products of one category of which one is enough. Those of no
            known category are each a group of their own.
        """
        count = len(self.category)
        once = np.flatnonzero(self.is_once_enough)
        alone = np.arange(count) + len(self.categories)
        group = np.where(self.category >= 0, self.category, alone)[once]
        _, place = np.unique(group, return_inverse=True)
        shape = (count, int(place.max(initial=-1)) + 1)
        return sp.coo_array((np.ones(len(once)), (once, place)), shape).tocsr()


def _column(told: pd.DataFrame, name: str, default: object) -> pd.Series:
    if name in told.columns:
        return told[name]
    return pd.Series(default, index=told.index, dtype=object)


def _flags(told: pd.DataFrame, name: str, default: bool) -> NDArray[np.bool_]:
    column = _column(told, name, default)
    flags: NDArray[np.bool_] = column.where(column.notna(), default).to_numpy("bool")
    return flags
