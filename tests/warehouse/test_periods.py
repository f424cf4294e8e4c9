"""Periods out of nights: in any order, again, with gaps, as if told at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest

from warehouse import Warehouse
from warehouse.connection import Connection
from warehouse.ledger import begin_build
from warehouse.publication import Mart, Published, publish

pytestmark = pytest.mark.postgres

MART = Mart("customer_states", ("customer_id", "valid_from"), "periods")
FIRST = date(2025, 1, 1)
# customer -> code on one night
State = Mapping[str, str]
Period = tuple[str, str, date, date | None]


@pytest.fixture
def built(warehouse: Warehouse) -> Warehouse:
    """A warehouse whose models have built the mart, and nothing in it."""
    with warehouse.connect("transformer") as connection:
        connection.execute(
            "create table marts_next.customer_states (customer_id text, code text,"
            " valid_from date, valid_to date, is_current boolean)"
        )
    return warehouse


def publish_night(warehouse: Warehouse, night: date, state: State) -> Published:
    """Publish what everybody is on a night."""
    with warehouse.connect("transformer") as connection:
        connection.execute("truncate marts_next.customer_states")
        connection.cursor().executemany(
            "insert into marts_next.customer_states"
            " values (%s, %s, %s, 'infinity', true)",
            [(who, code, night) for who, code in state.items()],
        )
    run_id = uuid4()
    with warehouse.connect("publisher") as connection:
        build_id = begin_build(connection, night, run_id, "mined")
    (published,) = publish(warehouse, [MART], night, run_id, build_id)
    return published


def periods(warehouse: Warehouse) -> list[Period]:
    """Who was what from when to when; None while it holds."""
    with warehouse.connect("admin") as connection:
        return connection.execute(
            "select customer_id, code, valid_from, nullif(valid_to, 'infinity')"
            " from marts.customer_states"
            " where is_current = (valid_to = 'infinity') order by 1, 3"
        ).fetchall()


def wanted(nights: Mapping[date, State]) -> Iterator[Period]:
    """The periods by walking through all nights, customer by customer."""
    days = sorted(nights)
    for who in sorted({who for state in nights.values() for who in state}):
        begun: tuple[str, date] | None = None
        for day in days:
            code = nights[day].get(who)
            if begun is not None and begun[0] != code:
                yield who, begun[0], begun[1], day
                begun = None
            if begun is None and code is not None:
                begun = code, day
        if begun is not None:
            yield who, begun[0], begun[1], None


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def places(connection: Connection) -> list[tuple]:
    return connection.execute(
        "select customer_id, valid_from, ctid::text, xmin::text"
        " from marts.customer_states order by 1, 2"
    ).fetchall()


def test_a_state_lasts_until_the_night_on_which_it_is_another(built: Warehouse):
    publish_night(built, day(0), {"a": "loyal", "b": "lost"})
    publish_night(built, day(1), {"a": "loyal", "b": "lost"})
    publish_night(built, day(3), {"a": "at_risk", "c": "loyal"})

    assert periods(built) == [
        ("a", "loyal", day(0), day(3)),
        ("a", "at_risk", day(3), None),
        ("b", "lost", day(0), day(3)),
        ("c", "loyal", day(3), None),
    ]


def test_a_night_mined_again_takes_its_own_place_only(built: Warehouse):
    for number in range(3):
        publish_night(built, day(number), {"a": "loyal"})

    publish_night(built, day(1), {"a": "lost"})
    parted = periods(built)
    publish_night(built, day(1), {"a": "loyal"})

    assert parted == [
        ("a", "loyal", day(0), day(1)),
        ("a", "lost", day(1), day(2)),
        ("a", "loyal", day(2), None),
    ]
    assert periods(built) == [("a", "loyal", day(0), None)]


def test_a_night_that_comes_late_ends_where_the_next_one_begins(built: Warehouse):
    publish_night(built, day(2), {"a": "loyal"})
    publish_night(built, day(0), {"a": "lost", "b": "lost"})

    assert periods(built) == [
        ("a", "lost", day(0), day(2)),
        ("a", "loyal", day(2), None),
        ("b", "lost", day(0), day(2)),
    ]


def test_who_stays_what_they_are_is_not_written(built: Warehouse):
    publish_night(built, day(0), {"a": "loyal", "b": "lost"})
    with built.connect("admin") as connection:
        before = places(connection)

    published = publish_night(built, day(1), {"a": "loyal", "b": "lost"})

    with built.connect("admin") as connection:
        assert places(connection) == before
    assert (published.inserted, published.deleted) == (0, 0)


def shuffled(random: Random) -> list[tuple[date, State]]:
    """Eight nights of six customers, each told up to three times in any order."""
    told = [
        (
            day(number),
            {
                who: random.choice(["loyal", "lost"])
                for who in "abcdef"
                if random.random() < 0.8
            },
        )
        for number in random.sample(range(12), 8)
        for _ in range(random.randint(1, 3))
    ]
    random.shuffle(told)
    return told


@pytest.mark.parametrize("seed", range(6))
def test_nights_in_any_order_give_the_periods_of_what_each_said_last(
    seed: int, built: Warehouse
):
    told: Sequence[tuple[date, State]] = shuffled(Random(seed))

    published = [publish_night(built, night, state) for night, state in told]

    assert periods(built) == list(wanted(dict(told)))
    assert published[-1].row_count == len(periods(built))
