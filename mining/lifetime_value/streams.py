"""Random numbers of one customer, whatever customers stand beside them.

A generator deals its numbers in turn, so that a customer's would hang on who came
before. Here a number is a function of a key and a label, and keys are made of keys:
of the customer, of the draw, of the purchase. Rows may be sorted, cut into chunks or
left out, and every other row keeps its numbers to the last bit.

References
----------
Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA,
453-472: a number is output `label` of SplitMix64 started at `key`.

Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC11,
for generators that are functions of a counter.
"""

from itertools import count

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

Keys = NDArray[np.uint64]
Vector = NDArray[np.float64]

GOLDEN = 0x9E3779B97F4A7C15
MULTIPLIERS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
ALL_BITS = 0xFFFFFFFFFFFFFFFF


def customer_keys(customer_ids: pd.Series, random_state: int) -> Keys:
    """A key a customer, of the id and the seed alone.

    Parameters
    ----------
    customer_ids : Series of shape (n_customers,)
        Unique; taken as text.
    random_state : int
        Seed, 0 or more.

    Returns
    -------
    ndarray of shape (n_customers,)

    Raises
    ------
    ValueError
        If the seed is no such number, or ids are missing or repeat.
    """
    if not isinstance(random_state, (int, np.integer)) or random_state < 0:
        raise ValueError(
            f"random_state must be a whole number, 0 or more, got {random_state!r}"
        )
    if customer_ids.isna().any() or customer_ids.duplicated().any():
        raise ValueError(
            "every customer needs an id of its own to have a stream of random "
            f"numbers; {int(customer_ids.isna().sum())} rows have none, "
            f"{int(customer_ids.duplicated().sum())} repeat one"
        )
    # SipHash under pandas' fixed key: the same in every process, unlike hash()
    hashed = pd.util.hash_array(
        customer_ids.astype("str").to_numpy(dtype=object), categorize=False
    )
    return fork(hashed, random_state & ALL_BITS)


def fork(keys: Keys, label: int) -> Keys:
    """New keys, one of each: as good as unrelated to those of other labels."""
    return _mix(~keys + np.uint64((label + 1) * GOLDEN & ALL_BITS))


def draw_keys(keys: Keys, n_draws: int) -> Keys:
    """New keys of shape (n_keys, n_draws): one of each key and draw."""
    labels = np.arange(1, n_draws + 1, dtype=np.uint64) * np.uint64(GOLDEN)
    return _mix(~keys[:, None] + labels)


def uniform(keys: Keys, label: int) -> Vector:
    """Numbers strictly between 0 and 1, one a key."""
    bits = _mix(keys + np.uint64((label + 1) * GOLDEN & ALL_BITS))
    bits >>= np.uint64(11)
    numbers: Vector = bits.astype(np.float64)
    numbers += 0.5
    numbers *= 2.0**-53
    return numbers


def standard_gamma(shape: float | Vector, keys: Keys) -> Vector:
    """Gamma variates of scale 1, one a key.

    Parameters
    ----------
    shape : float or ndarray of shape (n,)
        Positive.
    keys : ndarray of shape (n,)
        Used up: no other number may be drawn from them.

    Returns
    -------
    ndarray of shape (n,)

    References
    ----------
    Marsaglia & Tsang (2000), A simple method for generating gamma variables, ACM
    Transactions on Mathematical Software 26(3), 363-372.
    """
    shapes = np.broadcast_to(np.asarray(shape, dtype=np.float64), keys.shape)
    # The method needs 1 or more; a power of a uniform number makes up for one more.
    small = shapes < 1
    values = _gamma_from_one(shapes + small, keys)
    if small.any():
        values[small] *= uniform(fork(keys[small], 0), 0) ** (1 / shapes[small])
    return values


def _gamma_from_one(shapes: Vector, keys: Keys) -> Vector:
    d = shapes - 1 / 3
    values = np.empty(keys.shape)
    rows = np.arange(len(keys))
    for attempt in count():
        normal = ndtri(uniform(keys, 2 * attempt))
        v = (1 + normal / (3 * np.sqrt(d))) ** 3
        with np.errstate(divide="ignore", invalid="ignore"):  # v <= 0 is refused
            log_ratio = normal * normal / 2 + d * (1 - v + np.log(v))
        accepted = np.log(uniform(keys, 2 * attempt + 1)) < log_ratio
        values[rows[accepted]] = (d * v)[accepted]
        rows, keys, d = rows[~accepted], keys[~accepted], d[~accepted]
        if not len(rows):
            break
    return values


def _mix(bits: Keys) -> Keys:
    """The output function of SplitMix64; overwrites its argument."""
    bits ^= bits >> np.uint64(30)
    bits *= np.uint64(MULTIPLIERS[0])
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(MULTIPLIERS[1])
    bits ^= bits >> np.uint64(31)
    return bits
