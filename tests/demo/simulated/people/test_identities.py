"""Made-up people: names that are said, numbers that ring nowhere."""

import re

import numpy as np
import polars as pl
import pytest

from demo.simulated.people.identities import birth_dates, emails, names, phones
from ingest.weblog.persons import RESIDENT

COUNT = 20_000


def test_most_of_a_household_share_the_family_name(rng: np.random.Generator) -> None:
    drawn = names(rng, np.repeat(np.arange(COUNT // 2), 2))

    family = drawn.str.head(1)
    same = (family.gather_every(2) == family.gather_every(2, 1)).mean()
    # Both have the household's name by 0.7 ** 2, or else the same one by chance.
    assert 0.49 < same < 0.49 + 0.51 * 0.2


def test_names_are_a_family_and_a_given_name_in_hangul(
    rng: np.random.Generator,
) -> None:
    drawn = names(rng, np.arange(COUNT))

    assert len(drawn) == COUNT
    assert drawn.str.contains("^[가-힣]{3,4}$").all()
    assert drawn.n_unique() > 2_000
    common = drawn.str.head(1).value_counts().sort("count", descending=True)
    assert common.head(3).to_series().to_list() == ["김", "이", "박"]


def test_phones_are_mobile_numbers_of_nobody(rng: np.random.Generator) -> None:
    drawn = phones(rng, COUNT)

    assert drawn.n_unique() == COUNT
    assert drawn.str.contains(r"^010-[01]\d{3}-\d{4}$").all()


def test_emails_are_of_domains_for_examples_and_all_different(
    rng: np.random.Generator,
) -> None:
    drawn = emails(rng, names(rng, np.arange(COUNT)))

    assert drawn.n_unique() == COUNT
    assert drawn.str.contains(r"^[a-z]+\.[a-z]+\d+@example\.(com|net|org)$").all()


@pytest.mark.parametrize(
    ("name", "romanised"),
    [
        ("김민준", "minjun.kim"),
        ("이서연", "seoyeon.lee"),
        ("황정웅", "jeongung.hwang"),
        ("곽병철", "byeongcheol.gwak"),
        ("권예원", "yewon.gwon"),
    ],
)
def test_emails_spell_names_by_the_revised_romanisation(
    rng: np.random.Generator, name: str, romanised: str
) -> None:
    (drawn,) = emails(rng, pl.Series([name]))

    assert drawn.startswith(f"{romanised}1@")


def test_people_are_grown_up_and_not_too_old(rng: np.random.Generator) -> None:
    born = birth_dates(rng, COUNT, np.datetime64("2023-01-01"))

    assert born.min() >= np.datetime64("1937-12-31")
    assert born.max() <= np.datetime64("2003-01-01")
    thirties = (born > np.datetime64("1983-01-01")) & (
        born < np.datetime64("1993-01-01")
    )
    assert thirties.mean() == pytest.approx(0.2, abs=0.02)


def test_nobody_has_a_resident_number(rng: np.random.Generator) -> None:
    drawn = names(rng, np.arange(COUNT))
    text = " ".join([*drawn, *phones(rng, COUNT), *emails(rng, drawn)])

    assert re.search(RESIDENT, text) is None
    assert re.search(r"\d{6}-?[1-8]\d{6}", text) is None


def test_the_same_seed_makes_the_same_people() -> None:
    def people() -> pl.DataFrame:
        seeded = np.random.Generator(np.random.PCG64(np.random.SeedSequence([3])))
        drawn = names(seeded, np.arange(500) // 2)
        return pl.DataFrame(
            {
                "name": drawn,
                "phone": phones(seeded, 500),
                "email": emails(seeded, drawn),
                "born": birth_dates(seeded, 500, np.datetime64("2023-01-01")),
            }
        )

    assert people().equals(people())
