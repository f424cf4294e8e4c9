"""What a day's visits must be so that they can be written down."""

from collections.abc import Callable

import numpy as np
import pytest

from demo.simulated.web.visits import NONE, Intent, Visits

Planted = Callable[..., Visits]


def test_visits_are_chosen_by_a_mask(planted: Planted) -> None:
    visits = planted(Intent.BROWSE, Intent.CHECKOUT, Intent.CONTACT)

    chosen = visits.where(np.array([False, True, True]))

    assert len(chosen) == 2
    assert chosen.intent.tolist() == [Intent.CHECKOUT, Intent.CONTACT]
    assert chosen.order.tolist() == [1001, NONE]


def test_arrays_of_other_lengths_are_refused(planted: Planted) -> None:
    visits = planted(Intent.BROWSE, Intent.BROWSE)
    arrays = vars(visits) | {"second": np.array([0], dtype=np.int32)}

    with pytest.raises(ValueError, match="one length"):
        Visits(**arrays)


@pytest.mark.parametrize(
    ("intent", "order"), [(Intent.BROWSE, 7), (Intent.CHECKOUT, NONE)]
)
def test_an_order_goes_with_a_checkout(
    planted: Planted, intent: Intent, order: int
) -> None:
    with pytest.raises(ValueError, match="if and only if"):
        planted(intent, order=order)


@pytest.mark.parametrize("intent", [Intent.SEARCH, Intent.NOT_FOUND, Intent.CART])
def test_who_looks_for_a_product_has_one(planted: Planted, intent: Intent) -> None:
    with pytest.raises(ValueError, match="needs no product"):
        planted(intent, product=NONE)


def test_who_browses_needs_no_product(planted: Planted) -> None:
    assert len(planted(Intent.BROWSE, Intent.CONTACT, product=NONE)) == 2
