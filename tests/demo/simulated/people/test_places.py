"""Where people live: real pairs of province and district."""

import numpy as np
import polars as pl
import pytest
from faker.providers.address.ko_KR import Provider

from demo.simulated.people.places import addresses, districts

# Cities, counties and districts of 2024; a city's own districts stand for the city.
COUNTS = {
    "서울특별시": 25,
    "부산광역시": 16,
    "대구광역시": 9,
    "인천광역시": 10,
    "광주광역시": 5,
    "대전광역시": 5,
    "울산광역시": 5,
    "세종특별자치시": 1,
    "경기도": 31 + 20 - 7,
    "강원특별자치도": 18,
    "충청북도": 11 + 4 - 1,
    "충청남도": 15 + 2 - 1,
    "전북특별자치도": 14 + 2 - 1,
    "전라남도": 22,
    "경상북도": 22 + 2 - 1,
    "경상남도": 18 + 5 - 1,
    "제주특별자치도": 2,
}


def test_each_province_has_as_many_districts_as_in_truth() -> None:
    known = districts()
    counted = known.group_by("province").len()

    assert dict(counted.iter_rows()) == COUNTS
    assert known.select("province", "district").is_duplicated().sum() == 0


def test_the_districts_of_seoul_are_those_that_faker_knows() -> None:
    seoul = districts().filter(pl.col("province") == "서울특별시")["district"]

    of_other_cities = {"동구", "서구", "남구", "북구"}
    assert set(seoul) == set(Provider.boroughs) - of_other_cities


def test_half_of_the_country_lives_around_seoul() -> None:
    known = districts()
    around = known.filter(
        pl.col("province").is_in(["서울특별시", "인천광역시", "경기도"])
    )
    share = around["inhabitants"].sum() / known["inhabitants"].sum()

    assert share == pytest.approx(0.508, abs=0.005)  # as the census counts


def test_a_household_has_one_address_in_its_district(rng: np.random.Generator) -> None:
    household = np.repeat(np.arange(2_000), 3)

    drawn = addresses(rng, household)

    one = drawn.with_columns(household=household).unique()
    assert len(one) == 2_000
    real = set(districts().select("province", "district").iter_rows())
    assert set(drawn.select("province", "district").iter_rows()) <= real
    written = one.filter(pl.col("province") != "세종특별자치시")
    start = written["province"] + " " + written["district"] + " "
    assert (
        written.select(pl.col("street_address").str.starts_with(start))
        .to_series()
        .all()
    )


def test_sejong_is_written_once(rng: np.random.Generator) -> None:
    drawn = addresses(rng, np.arange(5_000))

    sejong = drawn.filter(pl.col("province") == "세종특별자치시")
    assert len(sejong)
    assert sejong["street_address"].str.contains(r"^세종특별자치시 \S+[로길] \d+").all()


def test_districts_come_by_their_inhabitants(rng: np.random.Generator) -> None:
    drawn = addresses(rng, np.arange(100_000))
    seoul = (drawn["province"] == "서울특별시").mean()

    # 9,400 of 51,302 thousand; five standard errors
    assert seoul == pytest.approx(9_400 / 51_302, abs=0.0062)


def test_nobody_needs_no_address(rng: np.random.Generator) -> None:
    assert addresses(rng, np.array([], dtype=np.int64)).shape == (0, 3)
