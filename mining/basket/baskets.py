"""Baskets as a sparse matrix: a row a basket, a column an item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# The stubs of SciPy tell too little of what slicing and products return.
Rows = Any  # csr_array
Columns = Any  # csc_array


@dataclass(frozen=True, slots=True, eq=False)
class Baskets:
    """Which basket holds which item, each item once, however many were bought.

    Make one by `of` or `of_matrix`, which check and sort.

    Attributes
    ----------
    matrix : csr_array of shape (n_baskets, n_items)
        Ones of int32; column numbers of a row ascending.
    items : ndarray of shape (n_items,)
        Name of each column, ascending, each once.
    ids : ndarray of shape (n_baskets,)
        Id of each row; ascending if they came from a frame.
    """

    matrix: Rows
    items: NDArray[Any]
    ids: NDArray[Any]

    @classmethod
    def of(cls, baskets: "pd.DataFrame | Baskets") -> "Baskets":
        """Encode a frame; what is encoded already stays as it is.

        Parameters
        ----------
        baskets : DataFrame or Baskets
            A frame has the columns `basket` and `item`, in any order and type that
            can be sorted, a row for each item in a basket. Repeated rows count once.

        Raises
        ------
        ValueError
            If a column is missing, or a row lacks its basket or its item.
        """
        if isinstance(baskets, Baskets):
            return baskets
        missing = [name for name in ("basket", "item") if name not in baskets.columns]
        if missing:
            raise ValueError(f"baskets lack the columns {', '.join(missing)}")
        rows, ids = _codes(baskets["basket"])
        columns, items = _codes(baskets["item"])
        ones = np.ones(len(rows), dtype=np.int32)
        matrix = sparse.coo_array((ones, (rows, columns)), (len(ids), len(items)))
        return cls(_of_ones(matrix), items, ids)

    @classmethod
    def of_matrix(
        cls, matrix: Any, items: Sequence[Any], ids: Sequence[Any] | None = None
    ) -> Self:
        """Take a matrix, with the name of each column.

        Parameters
        ----------
        matrix : sparse array or array of shape (n_baskets, n_items)
            Whatever is not 0 says that the basket holds the item.
        items : sequence of length n_items
            Names, of one type that can be sorted.
        ids : sequence of length n_baskets, optional
            Ids of the baskets; 0, 1, ... without.

        Raises
        ------
        ValueError
            If the shapes do not fit, or a name or an id comes twice.
        """
        columns = pd.Index(items)
        rows = pd.Index(range(matrix.shape[0]) if ids is None else ids)
        if matrix.shape != (len(rows), len(columns)):
            raise ValueError(
                f"{len(rows)} ids and {len(columns)} items do not fit a matrix of "
                f"{matrix.shape[0]} rows and {matrix.shape[1]} columns"
            )
        for what, each in (("items", columns), ("ids", rows)):
            if each.has_duplicates:
                raise ValueError(f"{what} must be told once, some come twice")
        names = columns.to_numpy()
        order = np.argsort(names, kind="stable")
        held = sparse.csr_array(matrix)[:, order]
        return cls(_of_ones(held), names[order], rows.to_numpy())

    def rows(self, chosen: Ints | Bools) -> "Baskets":
        """Some of the baskets, with all columns, in the order in which chosen."""
        return replace(self, matrix=self.matrix[chosen], ids=self.ids[chosen])

    def __len__(self) -> int:
        """Number of baskets."""
        return len(self.ids)

    @property
    def sizes(self) -> Ints:
        """Number of items in each basket."""
        sizes: Ints = np.diff(self.matrix.indptr).astype(np.int64)
        return sizes

    @property
    def item_counts(self) -> Ints:
        """Number of baskets that hold each item."""
        counts: Ints = np.bincount(self.matrix.indices, minlength=len(self.items))
        return counts


def _codes(column: pd.Series) -> tuple[Ints, NDArray[Any]]:
    codes, names = pd.factorize(column, sort=True)
    nameless = int((codes < 0).sum())
    if nameless:
        raise ValueError(f"{nameless} rows without a {column.name}")
    return codes, pd.Index(names).to_numpy()


def _of_ones(matrix: Any) -> Rows:
    rows: Rows = sparse.csr_array(matrix)
    rows.eliminate_zeros()
    rows.sum_duplicates()  # sorts the column numbers, too
    rows.data = np.ones(rows.nnz, dtype=np.int32)
    return rows
