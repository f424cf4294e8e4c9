"""What the simulation says of each visit to the web shop, as arrays of one day.

The simulation decides who comes, when and what for. `weblog` writes the pages that
such visits look at, `app_events` the screens of those who come with the app: each
takes all visits of a day and leaves the others' out.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Shorts = NDArray[np.int8]
Integers = NDArray[np.int32]
Longs = NDArray[np.int64]

NONE = -1  # no customer, product, order or campaign


class Intent(IntEnum):
    """What a visitor comes for; the pages of the visit follow from it."""

    BROWSE = 0
    SEARCH = 1
    FAILED_SEARCH = 2  # looks for something and is shown no result
    NOT_FOUND = 3  # follows a link to a page that is no more
    CART = 4  # fills a cart and leaves it
    CHECKOUT = 5  # orders
    CONTACT = 6  # writes to the company through the form
    LOGIN_ONLY = 7  # looks at the account


ABOUT_NOTHING = (Intent.BROWSE, Intent.CONTACT, Intent.LOGIN_ONLY)


@dataclass(frozen=True)
class Visits:
    """Visits that start on one day: arrays of equal length, in any order.

    Parameters
    ----------
    visitor : ndarray of int64
        Number of the cookie, 0 and up. Several customers may share one, one customer
        may have several. It also stands for the device: the same number always has
        the same browser and home address.
    customer : ndarray of int32
        Who logs in during the visit, as an index of customers; `NONE` for nobody.
    second : ndarray of int32
        Second of the day, 0 to 86,399, at which it does what it came for: the order
        is placed, the message sent, no result or no page found. Otherwise the first
        page. A visit never leaves its day.
    intent : ndarray of int8
        Of `Intent`.
    product : ndarray of int32
        What it is about, as an index of products, or `NONE`: only who browses, writes
        or looks at the account may have none. Of a failed search it is what comes
        closest, of a page not found what was there once.
    order : ndarray of int64
        Number of the order that a checkout places; else `NONE`.
    campaign : ndarray of int32
        Campaign whose link brought the visitor, as an index, or `NONE`.

    Raises
    ------
    ValueError
        If the arrays differ in length, an order has no checkout or a checkout no
        order, or a product is missing.
    """

    visitor: Longs
    customer: Integers
    second: Integers
    intent: Shorts
    product: Integers
    order: Longs
    campaign: Integers

    def __post_init__(self) -> None:
        """Check what a mistake of the simulation would break far from here."""
        if len({len(each) for each in self._arrays().values()}) > 1:
            raise ValueError("arrays of visits must have one length")
        if np.any((self.order != NONE) != (self.intent == Intent.CHECKOUT)):
            raise ValueError("a visit has an order if and only if it is a checkout")
        if np.any((self.product == NONE) & ~np.isin(self.intent, ABOUT_NOTHING)):
            raise ValueError("only who browses, writes or logs in needs no product")

    def __len__(self) -> int:
        """Number of visits."""
        return len(self.visitor)

    def where(self, chosen: NDArray[np.bool_]) -> "Visits":
        """The visits at which `chosen` is true."""
        return Visits(**{name: each[chosen] for name, each in self._arrays().items()})

    def _arrays(self) -> dict[str, NDArray[np.signedinteger]]:
        return {each.name: getattr(self, each.name) for each in fields(self)}
