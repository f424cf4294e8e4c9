"""One message a night, until it arrives."""

from datetime import date
from pathlib import Path

import pytest

from danggol.delivery import NotDelivered
from danggol.outbox import Alert, Kind, Outbox

DAY = date(2026, 3, 1)


class Channel:
    """Takes messages, or fails."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_down = False

    def __call__(self, subject: str, _text: str, _facts: dict[str, object]) -> None:
        if self.is_down:
            raise NotDelivered("webhook: ConnectError")
        self.sent.append(subject)


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def outbox(tmp_path: Path, channel: Channel) -> Outbox:
    return Outbox(tmp_path, {"webhook": channel})


def tell(outbox: Outbox, kind: Kind, day: date = DAY) -> bool:
    return outbox.tell(day, kind, lambda: Alert(kind, f"{day} {kind}", "", {}))


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["failed", "failed"], ["failed"]),
        (["failed", "late"], ["failed"]),
        (["late", "failed"], ["late"]),
        (["recovered"], []),
        (["failed", "recovered", "recovered"], ["failed", "recovered"]),
        (["failed", "recovered", "failed"], ["failed", "recovered", "failed"]),
        (["late", "held", "held", "recovered"], ["late", "held", "recovered"]),
    ],
)
def test_a_night_is_told_of_once_until_it_has_recovered(
    outbox: Outbox, channel: Channel, kinds: list[Kind], told: list[Kind]
):
    for kind in kinds:
        tell(outbox, kind)

    assert channel.sent == [f"{DAY} {kind}" for kind in told]


def test_each_night_is_told_of(outbox: Outbox, channel: Channel):
    for day in (1, 2):
        tell(outbox, "failed", date(2026, 3, day))

    assert channel.sent == ["2026-03-01 failed", "2026-03-02 failed"]


def test_what_a_channel_did_not_take_waits_and_is_sent_once(
    outbox: Outbox, channel: Channel
):
    channel.is_down = True
    tell(outbox, "failed")
    outbox.send_waiting()
    channel.is_down = False
    assert channel.sent == []

    outbox.send_waiting()
    outbox.send_waiting()

    assert channel.sent == [f"{DAY} failed"]


def test_one_channel_that_is_down_does_not_keep_the_other(
    tmp_path: Path, channel: Channel
):
    broken = Channel()
    broken.is_down = True
    both = Outbox(tmp_path, {"mail": broken, "webhook": channel})

    tell(both, "failed")

    assert channel.sent == [f"{DAY} failed"]
    assert both.alerts(DAY)[0].waiting == ["mail"]


def test_unsettled_nights_are_those_that_have_not_recovered(outbox: Outbox):
    tell(outbox, "failed", date(2026, 3, 1))
    tell(outbox, "recovered", date(2026, 3, 1))
    tell(outbox, "late", date(2026, 3, 2))

    assert [(day, alert.kind) for day, alert in outbox.unsettled().items()] == [
        (date(2026, 3, 2), "late")
    ]


def test_only_the_owner_reads_what_was_told(outbox: Outbox, tmp_path: Path):
    tell(outbox, "failed")

    assert (tmp_path / "alerts").stat().st_mode & 0o777 == 0o700
