"""Samples of customers that depend on who they are, not on the order they come in."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def shuffled(ids: pd.Index | Sequence[Any], seed: int) -> NDArray[np.int64]:
    """Places of the ids by a keyed hash of each: the first n are a sample.

    Most of a sample stays when customers come and go, so that what is fitted on it
    moves little from anchor to anchor.

    Parameters
    ----------
    ids : Index or sequence of shape (n_customers,)
        Each once.
    seed : int
        Of the hash; other seeds give other samples.

    Returns
    -------
    ndarray of shape (n_customers,)
        A permutation of 0..n-1.
    """
    told = pd.Index(ids).astype("str").to_numpy(dtype=object)
    keys = pd.util.hash_array(told, hash_key=f"{seed:016d}"[-16:], categorize=False)
    # equal hashes are as good as impossible, and stand by id
    order: NDArray[np.int64] = np.lexsort((told.astype("str"), keys))
    return order
