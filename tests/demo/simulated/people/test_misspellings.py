"""Business cards: close to the truth, and never it."""

import numpy as np
import polars as pl
import pytest

from demo.simulated.people.identities import emails, names, phones
from demo.simulated.people.misspellings import (
    misspelt_emails,
    misspelt_names,
    misspelt_phones,
)

COUNT = 5_000


def differing(one: str, other: str) -> list[int]:
    assert len(one) == len(other)
    return [place for place in range(len(one)) if one[place] != other[place]]


def is_one_swap(one: str, other: str) -> bool:
    places = differing(one, other)
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0]] == other[places[1]]
        and one[places[1]] == other[places[0]]
    )


def test_one_syllable_of_the_given_name_is_another(rng: np.random.Generator) -> None:
    right = names(rng, np.arange(COUNT))

    wrong = misspelt_names(rng, right)

    places = [differing(*each) for each in zip(right, wrong, strict=True)]
    assert {len(each) for each in places} == {1}
    assert min(each[0] for each in places) == 1
    assert wrong.str.contains("^[가-힣]+$").all()


@pytest.mark.parametrize(
    ("name", "mistaken"),
    [
        ("김재", "김제"),
        ("김현", "김헌"),
        ("박진", "박징"),
        ("최미", "최니"),
        ("이정", "이졍"),
        ("한준", "한존"),
    ],
)
def test_syllables_are_mistaken_for_what_sounds_alike(
    rng: np.random.Generator, name: str, mistaken: str
) -> None:
    assert misspelt_names(rng, pl.Series([name])).to_list() == [mistaken]


def test_two_neighbouring_digits_of_a_phone_are_swapped(
    rng: np.random.Generator,
) -> None:
    right = phones(rng, COUNT)

    wrong = misspelt_phones(rng, right)

    assert all(is_one_swap(*each) for each in zip(right, wrong, strict=True))
    assert wrong.str.contains(r"^010-\d{4}-\d{4}$").all()


def test_a_phone_of_equal_digits_stays(rng: np.random.Generator) -> None:
    equal = pl.Series(["010-1111-2222"])

    assert misspelt_phones(rng, equal).to_list() == equal.to_list()


def test_two_neighbouring_letters_of_an_email_are_swapped(
    rng: np.random.Generator,
) -> None:
    right = emails(rng, names(rng, np.arange(COUNT)))

    wrong = misspelt_emails(rng, right)

    assert all(is_one_swap(*each) for each in zip(right, wrong, strict=True))
    assert (right.str.split("@").list.last() == wrong.str.split("@").list.last()).all()
