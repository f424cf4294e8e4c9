"""Who goes out, who stays and why, what a place lacks, and what the ledger keeps."""

from datetime import date

import pytest

from tests.warehouse.permitted_company import (
    NIGHTS,
    PLACE,
    granted,
    publish_permissions,
    publish_rows,
    publish_segments,
    withdrawn,
)
from warehouse import Warehouse, exports, vault
from warehouse.exports import Export, ExportError, Order, Unpermitted
from warehouse.keyed_hash import KeyedHash

pytestmark = pytest.mark.postgres
FIRST, SECOND, THIRD = NIGHTS
SEGMENTS = "customer_segments"


def order(mart: str = SEGMENTS, *, changes: bool = False, **more: object) -> Order:
    return Order(mart, changes, "csv", PLACE, "kim", **more)


def take(warehouse: Warehouse, wanted: Order, *, breaks: bool = False) -> tuple:
    """An export, and its rows as dicts; finished unless it breaks off."""
    with exports.begin(warehouse, wanted) as (connection, export):
        cursor = connection.execute(export.query)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert names == list(export.columns)
    if not breaks:
        exports.finish(warehouse, export, len(rows), "hash")
    return export, sorted(rows, key=lambda row: tuple(map(str, row.values())))


def moves(warehouse: Warehouse, *, breaks: bool = False) -> list[tuple]:
    """What changes say: customer, change, codes, cause."""
    names = ("customer_id", "change", "from_code", "to_code", "cause_code")
    _, rows = take(warehouse, order(changes=True), breaks=breaks)
    return sorted(tuple(row[name] for name in names) for row in rows)


def test_only_customers_who_permit_some_channel_go_out(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, dict.fromkeys("abcd", "loyal"))
    publish_permissions(
        warehouse,
        [
            granted("a", "sms"),
            ("a", "email", True, False, "granted_day_only"),
            ("a", "post", False, False, "refused"),
            withdrawn("b", "email"),
            ("b", "sms", False, False, "never_asked"),
            ("c", "sms", False, False, "refused"),
            ("other", "sms", False, False, "refused"),
        ],
    )

    export, rows = take(warehouse, order())

    assert rows == [
        {
            "as_of_date": FIRST,
            "customer_id": "a",
            "rfm_segment_code": "loyal",
            "day_channel_codes": "email sms",
            "night_channel_codes": "sms",
            "reconfirm_by": date(2028, 1, 1),
        }
    ]
    # of several channels the strictest reason counts; d was never heard of
    wanted = Unpermitted(3, {"withdrawn": 1, "refused": 1, "never_asked": 1})
    assert export.withheld == wanted
    assert list(export.withheld.customers) == list(wanted.customers)
    assert export.key == ["as_of_date", "customer_id"]


def test_only_the_newest_night_goes_out(warehouse: Warehouse):
    publish_permissions(warehouse, [granted("a")])
    publish_segments(warehouse, FIRST, {"a": "lost"})
    publish_segments(warehouse, SECOND, {"a": "loyal"})

    export, rows = take(warehouse, order())

    assert [(row["as_of_date"], row["rfm_segment_code"]) for row in rows] == [
        (SECOND, "loyal")
    ]
    assert export.publication.as_of_date == SECOND


def test_everybody_goes_out_for_a_reason_that_is_kept(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, {"a": "loyal", "b": "lost"})
    publish_permissions(warehouse, [granted("a"), withdrawn("b")])

    export, rows = take(warehouse, order(everybody_because="recall of a toaster"))

    assert [(row["customer_id"], row["day_channel_codes"]) for row in rows] == [
        ("a", "sms"),
        ("b", None),
    ]
    assert export.unpermitted == Unpermitted(1, {"withdrawn": 1})
    assert export.withheld == Unpermitted()
    assert ledger(warehouse, "everybody_because, withheld_row_count") == [
        ("recall of a toaster", 0)
    ]


def test_a_row_that_names_two_customers_needs_both(warehouse: Warehouse):
    publish_permissions(warehouse, [granted("a"), granted("b"), withdrawn("c")])
    publish_rows(
        warehouse,
        "fct_referrals",
        [
            ("1", "old", "a", "old", "b"),
            ("2", "a", "a", "a", "c"),
            ("3", "c", "c", "c", "a"),
            ("4", "a", "a", "a", "(unknown)"),
        ],
    )

    export, rows = take(warehouse, order("fct_referrals"))

    assert [row["referral_id"] for row in rows] == ["1"]
    assert export.withheld == Unpermitted(3, {"withdrawn": 1, "unknown_customer": 1})


def test_a_mart_that_names_no_customer_goes_out_whole(warehouse: Warehouse):
    publish_rows(warehouse, "dim_stores", [("s1",), ("s2",)])

    export, rows = take(warehouse, order("dim_stores"))

    assert rows == [{"store_id": "s1"}, {"store_id": "s2"}]
    assert export.permissions is None


def test_who_was_forgotten_stays(warehouse: Warehouse):
    keyed = KeyedHash(b"a key of sixteen bytes or more")
    publish_rows(warehouse, "dim_customers", [("a", "a"), ("b", "b")])
    publish_segments(warehouse, FIRST, {"a": "loyal", "b": "lost"})
    publish_permissions(warehouse, [granted("a"), granted("b")])
    assert vault.forgotten(warehouse, keyed) == []

    vault.forget(warehouse, "b", keyed)
    forgotten = vault.forgotten(warehouse, keyed)
    export, rows = take(warehouse, order(forgotten=forgotten))

    assert forgotten == ["b"]
    assert [row["customer_id"] for row in rows] == ["a"]
    assert export.withheld == Unpermitted(1, {"forgotten": 1})


@pytest.mark.parametrize(
    ("mart", "told"),
    [
        ("customer_segment", r"no mart 'customer_segment' .* mean customer_segments\?"),
        ("pg_class", r"no mart 'pg_class' is published$"),
        ("customer_days", "customer_days is not granted to marketing_reader"),
    ],
)
def test_what_cannot_be_exported_is_refused(warehouse: Warehouse, mart: str, told: str):
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    publish_permissions(warehouse, [granted("a")])
    publish_rows(warehouse, "customer_days", [("a",)])

    with pytest.raises(ExportError, match=told):
        take(warehouse, order(mart))

    assert ledger(warehouse, "mart") == []


def test_the_ledger_keeps_who_took_what_of_which_publication(warehouse: Warehouse):
    publish_segments(warehouse, SECOND, {"a": "loyal", "b": "lost"})
    publish_permissions(warehouse, [granted("a"), withdrawn("b")], THIRD)

    take(warehouse, order())

    assert ledger(
        warehouse,
        "mart, is_changes, format, place, exported_by, as_of_date, row_count, sha256,"
        " permissions_as_of_date, withheld_row_count, withheld_customers,"
        " finished_at > started_at",
    ) == [
        (
            *(SEGMENTS, False, "csv", PLACE, "kim", SECOND, 1, "hash"),
            *(THIRD, 1, {"withdrawn": 1}, True),
        )
    ]
    assert ledger(
        warehouse,
        "(select mart from marts.publications as p"
        " where p.publication_id = exports.publication_id)",
    ) == [(SEGMENTS,)]


def test_a_place_that_has_nothing_gets_everybody_as_entered(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, {"a": "loyal", "b": "lost"})
    publish_permissions(warehouse, [granted("a"), withdrawn("b")])

    assert moves(warehouse) == [("a", "entered", None, "loyal", "first_export")]


def test_changes_turn_what_a_place_has_into_what_it_should_have(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, dict.fromkeys("abcde", "loyal"))
    publish_permissions(warehouse, [granted(each) for each in "abcd"])
    take(warehouse, order())
    # a moved, b withdrew, c left, d stays, e agreed, f is new
    publish_segments(
        warehouse,
        SECOND,
        {"a": "lost", **dict.fromkeys("bdef", "loyal")},
        [
            ("a", "moved", "loyal", "lost", "clock"),
            ("c", "left", "loyal", None, "merge"),
            ("f", "entered", None, "loyal", "own_behaviour"),
        ],
    )
    publish_permissions(warehouse, [*map(granted, "acdef"), withdrawn("b")], SECOND)

    export, rows = take(warehouse, order(changes=True))

    assert export.name == "customer_segment_changes"
    assert export.previous_as_of_date == FIRST
    names = ("customer_id", "change", "from_code", "to_code", "cause_code")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("a", "moved", "loyal", "lost", "clock"),
        ("b", "left", "loyal", None, "permission"),
        ("c", "left", "loyal", None, "merge"),
        ("e", "entered", None, "loyal", "permission"),
        ("f", "entered", None, "loyal", "own_behaviour"),
    ]
    assert {row["previous_as_of_date"] for row in rows} == {FIRST}
    assert {row["customer_id"]: row["day_channel_codes"] for row in rows} == {
        **dict.fromkeys("aef", "sms"),
        **dict.fromkeys("bc", None),
    }


def test_changes_cover_nights_that_were_not_exported(warehouse: Warehouse):
    publish_permissions(warehouse, [granted("a")])
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    take(warehouse, order())
    change = ("a", "moved", "loyal", "at_risk", "clock")
    publish_segments(warehouse, SECOND, {"a": "at_risk"}, [change])
    publish_segments(warehouse, THIRD, {"a": "at_risk"})

    assert moves(warehouse) == [change]


def test_changes_of_one_publication_are_the_same_however_often_they_are_asked(
    warehouse: Warehouse,
):
    publish_permissions(warehouse, [granted("a"), granted("b")])
    publish_segments(warehouse, FIRST, {"a": "loyal", "b": "loyal"})
    take(warehouse, order())
    publish_permissions(warehouse, [granted("a"), withdrawn("b")], SECOND)
    take(warehouse, order())  # whole, of the same publications

    wanted = [("b", "left", "loyal", None, "permission")]
    assert [moves(warehouse), moves(warehouse)] == [wanted, wanted]


def test_of_an_export_that_broke_off_everything_is_told_anew(warehouse: Warehouse):
    changed = [("m", "moved", "loyal", "lost", "clock")]
    publish_segments(warehouse, FIRST, dict.fromkeys("abcdm", "loyal"))
    publish_permissions(warehouse, [granted(each) for each in "adm"])
    take(warehouse, order())
    publish_segments(
        warehouse, SECOND, dict.fromkeys("abcd", "loyal") | {"m": "lost"}, changed
    )
    publish_permissions(warehouse, [granted(each) for each in "abcm"], SECOND)
    assert moves(warehouse, breaks=True) == [
        ("b", "entered", None, "loyal", "permission"),
        ("c", "entered", None, "loyal", "permission"),
        ("d", "left", "loyal", None, "permission"),
        *changed,
    ]
    publish_permissions(warehouse, [withdrawn("b"), *map(granted, "acdm")], THIRD)

    # a had it all the time; whether the others came or went nobody knows
    assert moves(warehouse) == [
        ("b", "left", "loyal", None, "permission"),
        ("c", "entered", None, "loyal", "repeated"),
        ("d", "entered", None, "loyal", "repeated"),
        ("m", "entered", None, "lost", "repeated"),
    ]
    publish_permissions(warehouse, [*map(granted, "acdm")], THIRD)
    assert moves(warehouse) == []


def test_places_have_changes_of_their_own(warehouse: Warehouse):
    publish_permissions(warehouse, [granted("a")])
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    with exports.begin(
        warehouse, Order(SEGMENTS, False, "csv", "file:///other", "kim")
    ) as (_, export):
        pass
    exports.finish(warehouse, export, 1, "hash")
    publish_segments(warehouse, SECOND, {"a": "loyal"})

    assert moves(warehouse) == [("a", "entered", None, "loyal", "first_export")]


def test_only_marts_with_changes_have_them(warehouse: Warehouse):
    publish_rows(warehouse, "dim_stores", [("s1",)])

    with pytest.raises(ExportError, match="dim_stores has no changes; customer_segm"):
        take(warehouse, order("dim_stores", changes=True))


def test_changes_wait_until_their_causes_are_of_the_same_night(warehouse: Warehouse):
    publish_permissions(warehouse, [granted("a")])
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    publish_rows(warehouse, SEGMENTS, [(SECOND, "a", "lost")], SECOND)

    with pytest.raises(ExportError, match=r"stands at 2026-03-01, .* at 2026-03-02"):
        moves(warehouse)


def test_only_whom_the_last_exports_brought_is_remembered(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    for night in NIGHTS:
        publish_permissions(warehouse, [granted("a")], night)
        take(warehouse, order())

    with warehouse.connect("auditor") as connection:
        found = connection.execute(
            "select export_id, customer_id, code from ledger.exported_customers"
            " order by export_id"
        ).fetchall()
    assert found == [(2, "a", "loyal"), (3, "a", "loyal")]


def test_a_place_takes_one_export_of_a_mart_at_a_time(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    publish_permissions(warehouse, [granted("a")])

    with (
        exports.begin(warehouse, order()),
        pytest.raises(ExportError, match="another export of customer_segments to file"),
    ):
        moves(warehouse)

    take(warehouse, order())


def test_an_export_is_of_one_moment(warehouse: Warehouse):
    publish_segments(warehouse, FIRST, {"a": "loyal"})
    publish_permissions(warehouse, [granted("a")])

    with exports.begin(warehouse, order()) as (connection, export):
        publish_permissions(warehouse, [withdrawn("a")], SECOND)
        assert len(connection.execute(export.query).fetchall()) == 1

    assert isinstance(export, Export)
    assert take(warehouse, order())[1] == []


def ledger(warehouse: Warehouse, columns: str) -> list[tuple]:
    with warehouse.connect("auditor") as connection:
        return connection.execute(
            f"select {columns} from ledger.exports order by export_id".encode()
        ).fetchall()
