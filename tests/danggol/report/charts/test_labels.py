"""Names beside bubbles: none covers another, none leaves the chart."""

from hypothesis import given
from hypothesis import strategies as st

from danggol.report.charts.labels import (
    Bubble,
    place_labels,
    shortened,
    text_width,
)

FRAME = (0.0, 0.0, 1000.0, 500.0)


def test_a_name_stands_right_of_its_bubble_when_there_is_room():
    (label,) = place_labels([Bubble(100, 200, 10)], [("name", "size")], FRAME)
    assert (label.x, label.y, label.align, label.is_inside) == (115, 200, "left", False)


def test_a_bubble_that_is_wide_enough_bears_its_name():
    (label,) = place_labels([Bubble(100, 200, 50)], [("name", "size")], FRAME)
    assert (label.x, label.y, label.align, label.is_inside) == (
        100,
        200,
        "center",
        True,
    )


def test_a_name_at_the_right_edge_stands_left_of_its_bubble():
    (label,) = place_labels([Bubble(990, 200, 8)], [("a long name",)], FRAME)
    assert label.align == "right"
    assert label.x < 990


def test_two_neighbours_do_not_cover_each_other():
    bubbles = [Bubble(300, 200, 6), Bubble(306, 204, 5)]
    lines = [("Promising customers", "17"), ("New customers", "39")]
    one, other = place_labels(bubbles, lines, FRAME)
    boxes = [
        (left, label.y - 16, left + text_width(text), label.y + 16)
        for label, (text, _) in zip((one, other), lines, strict=True)
        for left in [
            label.x
            - {"left": 0, "center": 0.5, "right": 1}[label.align] * text_width(text)
        ]
    ]
    (a, b) = boxes
    assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_hangul_is_wider_than_latin():
    assert text_width("고객") > text_width("ab")


@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.floats(0, 500), st.floats(4, 60)), max_size=11
    )
)
def test_every_bubble_gets_one_label_and_the_same_again(places):
    bubbles = [Bubble(*place) for place in places]
    lines = [("a name", "12 · $3")] * len(bubbles)
    labels = place_labels(bubbles, lines, FRAME)
    assert len(labels) == len(bubbles)
    assert labels == place_labels(bubbles, lines, FRAME)


@given(text=st.text(min_size=1, max_size=60), width=st.floats(20, 400))
def test_a_text_is_shortened_only_where_it_is_too_wide(text, width):
    short = shortened(text, width)
    assert text_width(short) <= width
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_korean_is_cut_sooner_since_it_is_wider():
    # 11.4 a letter and for the dots, 6.96 a Latin letter
    assert shortened("단골" * 10, 100) == "단골단골단골단…"
    assert shortened("ab" * 10, 100) == "abababababab…"
