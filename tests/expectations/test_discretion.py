"""What a gate must keep to itself: values of rows, the password, connections."""

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from expectations import data_docs, gates, validation
from expectations.results import GateFailed, GateNotAnswered
from tests.expectations.night_in_raw import DAY, NOON, NightInRaw, order, request
from warehouse import ROLES, Warehouse

pytestmark = pytest.mark.postgres

RUN = "00000000-0000-0000-0000-000000000001"
LATE = NOON + timedelta(days=3)
MANY = range(100)


@pytest.fixture
def night(warehouse: Warehouse) -> NightInRaw:
    return NightInRaw(warehouse)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """Everything that any library logs, down to its details."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    root.addHandler(handler)
    with caplog.at_level(logging.DEBUG):
        yield text
    root.removeHandler(handler)


def test_no_value_leaves_the_warehouse(
    warehouse: Warehouse,
    night: NightInRaw,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    mail, secret = "planted.person@example.org", "sk-planted-4f9a"
    night.add_night(
        web_requests=[
            request(i, search_term=mail, kind=secret, path=f"/{secret}/{mail}")
            for i in MANY
        ],
        orders=[order(i, customer_id=f"{secret}-{i}", ordered_at=LATE) for i in MANY],
    )

    weblog = gates.check(warehouse, "load_weblog", DAY, RUN, home=tmp_path)
    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN, home=tmp_path)
    data_docs.build(tmp_path)

    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    said = [
        repr(weblog),
        str(failed.value),
        repr(failed.value.result),
        log.getvalue(),
        *capfd.readouterr(),
        *(each.read_text(errors="replace") for each in files),
    ]
    assert {each.column for each in weblog.failures} == {"kind", "search_term"}
    assert len(files) > 10
    assert not [text for text in said if mail in text or secret in text]


def test_no_password_leaves_the_process(
    warehouse: Warehouse,
    night: NightInRaw,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    night.add_night()
    with validation.Auditor(warehouse) as auditor:
        shown = repr(auditor._source) + str(auditor._source)
    gates.check(warehouse, "load_shop", DAY, RUN, home=tmp_path)
    data_docs.build(tmp_path)
    wrong = {role: "wrong-" + warehouse.password(role) for role in ROLES}
    stranger = Warehouse(warehouse.host, warehouse.port, warehouse.database, wrong)
    with pytest.raises(Exception) as refused:  # noqa: PT011 of the driver or ours
        gates.check(stranger, "load_shop", DAY, RUN)
    with pytest.raises(GateNotAnswered) as not_answered:
        validation.Auditor(stranger)

    files = (each for each in tmp_path.rglob("*") if each.is_file())
    said = [
        shown,
        str(refused.value),
        str(not_answered.value),
        log.getvalue(),
        *capfd.readouterr(),
        *(each.read_text(errors="replace") for each in files),
    ]
    assert "AUDITOR_URL" in shown  # the name of the variable, instead of its value
    assert not [text for text in said if warehouse.password("auditor") in text]


def test_tables_of_a_gate_share_two_connections_and_leave_none(
    warehouse: Warehouse, night: NightInRaw, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.add_night()
    counts = []
    judge = validation.Auditor.judge

    def counting(self: validation.Auditor, *args: Any, **kwargs: Any) -> Any:
        judged = judge(self, *args, **kwargs)
        counts.append(_auditors_connected(warehouse))
        return judged

    monkeypatch.setattr(validation.Auditor, "judge", counting)
    gates.check(warehouse, "load_shop", DAY, RUN)

    assert len(counts) == len(gates.GATES["load_shop"])
    assert max(counts) == 2
    assert _auditors_connected(warehouse) == 0


def _auditors_connected(warehouse: Warehouse) -> int:
    with warehouse.connect("admin") as connection:
        (count,) = connection.execute(
            "select count(*) from pg_stat_activity"
            " where usename = 'auditor' and datname = current_database()"
        ).fetchone() or (0,)
    return int(count)
