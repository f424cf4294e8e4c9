"""The company's alerts: one message a night, kept as files, sent until they arrive.

They lie in the home and not in the warehouse, since one of them may have to say that
the warehouse is down.
"""

import fcntl
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from danggol.delivery import Channel, NotDelivered

Kind = Literal["failed", "late", "held", "recovered"]
NIGHTS_KEPT = 400
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Alert:
    """What is told of a night.

    Attributes
    ----------
    kind : str
        failed, late, held or recovered.
    subject, text : str
        For a person.
    facts : dict
        The same for a program.
    waiting : list of str
        Channels that have not taken it yet.
    """

    kind: Kind
    subject: str
    text: str
    facts: dict[str, object]
    told_at: str = ""
    waiting: list[str] = field(default_factory=list)


class Outbox:
    """Alerts of one company.

    Parameters
    ----------
    home : Path
        The company's.
    channels : mapping of str to callable
        Where alerts go; with none they are kept for `danggol status` alone.
    """

    def __init__(self, home: Path, channels: dict[str, Channel]) -> None:
        self._folder = home / "alerts"
        self._channels = channels

    def tell(self, day: date, kind: Kind, compose: Callable[[], Alert]) -> bool:
        """Tell of a night, unless that would repeat what is known of it.

        A night that failed or is late is told of once, until it has recovered;
        *recovered* is told only of a night that was told of.

        Returns
        -------
        bool
            Whether there was anything to tell.
        """
        with self._locked():
            before = self.alerts(day)
            last = before[-1].kind if before else "recovered"
            trouble = {"failed", "late"}
            if last == kind or (last in trouble and kind in trouble):
                return False
            alert = compose()
            alert.told_at = datetime.now(UTC).isoformat(timespec="seconds")
            alert.waiting = list(self._channels)
            self._keep(day, [*before, alert])
        self.send_waiting()
        return True

    def alerts(self, day: date) -> list[Alert]:
        """What was told of a night, in order."""
        file = self._file(day)
        if not file.exists():
            return []
        return [Alert(**told) for told in json.loads(file.read_text("utf-8"))]

    def unsettled(self) -> dict[date, Alert]:
        """The last alert of every night that has not recovered, newest night first."""
        found = {}
        for file in sorted(self._folder.glob("*.json"), reverse=True):
            day = date.fromisoformat(file.stem)
            last = self.alerts(day)[-1]
            if last.kind != "recovered":
                found[day] = last
        return found

    def send_waiting(self) -> None:
        """Send what a channel has not taken yet; one that fails is tried next time."""
        with self._locked():
            for file in sorted(self._folder.glob("*.json")):
                day = date.fromisoformat(file.stem)
                alerts = self.alerts(day)
                sent = [self._send(alert) for alert in alerts]
                if any(sent):
                    self._keep(day, alerts)

    def _send(self, alert: Alert) -> bool:
        """Whether a channel took it."""
        taken = []
        for name in alert.waiting:
            channel = self._channels.get(name)
            if channel is None:
                continue
            try:
                channel(alert.subject, alert.text, alert.facts)
                taken.append(name)
            except NotDelivered as error:
                _LOG.warning("an alert waits to be delivered: %s", error)
        alert.waiting = [name for name in alert.waiting if name not in taken]
        return bool(taken)

    def _keep(self, day: date, alerts: list[Alert]) -> None:
        file = self._file(day)
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps([asdict(each) for each in alerts]), "utf-8")
        unfinished.replace(file)
        for old in sorted(self._folder.glob("*.json"))[:-NIGHTS_KEPT]:
            old.unlink()

    def _file(self, day: date) -> Path:
        return self._folder / f"{day}.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let two stages that end at once tell of it once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
