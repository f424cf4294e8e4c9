"""What Airflow knows of the nights, asked through its public API.

The API answers in milliseconds what a command of Airflow's would need five seconds
of imports for, and it needs no database password.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock
from typing import Any

import httpx

from danggol.airflow_settings import Login

# each DAG of a night with the asset that it fills
NIGHT_ASSETS = {
    "load_shop": "raw_shop",
    "load_weblog": "raw_weblog",
    "build_star": "core_marts",
    "mine_customers": "mined_marts",
}
NIGHT_DAGS = tuple(NIGHT_ASSETS)
PAGE = 100  # Airflow's own limit
FINISHED = ("success", "failed")


class AirflowApiError(RuntimeError):
    """Airflow refused a request, or a night did not come to an end in time."""


@dataclass(frozen=True)
class TaskRun:
    """One try of a task: when it was queued, started and ended, if it did."""

    dag_id: str
    task_id: str
    map_index: int
    try_number: int
    state: str | None
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class DagNight:
    """The newest run of one DAG for one business date."""

    dag_id: str
    run_id: str
    state: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    tasks: tuple[TaskRun, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Night:
    """One business date through all DAGs; a DAG that has no run yet is absent."""

    business_date: date
    dags: dict[str, DagNight]

    @property
    def is_done(self) -> bool:
        """Every DAG ended well."""
        return all(
            name in self.dags and self.dags[name].state == "success"
            for name in NIGHT_DAGS
        )

    @property
    def is_failed(self) -> bool:
        """A DAG failed and none is at work, so nothing more will come."""
        states = [each.state for each in self.dags.values()]
        return "failed" in states and all(state in FINISHED for state in states)

    @property
    def filled(self) -> list[str]:
        """Assets that are there for the night."""
        return [
            asset
            for name, asset in NIGHT_ASSETS.items()
            if name in self.dags and self.dags[name].state == "success"
        ]

    @property
    def last_moved_at(self) -> datetime | None:
        """When a DAG of it was queued, began or ended last."""
        moments = [
            moment
            for run in self.dags.values()
            for moment in (run.queued_at, run.started_at, run.ended_at)
            if moment is not None
        ]
        return max(moments, default=None)

    @property
    def done_share(self) -> float:
        """Share of the DAGs that ended well, for a bar."""
        return len(self.filled) / len(NIGHT_DAGS)


class AirflowApi:
    """A client of one company's API server; use it as a context manager.

    Parameters
    ----------
    url : str
        Address of the API server.
    login : Login
        The user whose token is fetched at the first request.
    """

    def __init__(self, url: str, login: Login) -> None:
        self._login = login
        # A company's proxy must not stand between us and our own machine.
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def __enter__(self) -> "AirflowApi":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def missing_dags(self) -> set[str]:
        """DAGs of a night that Airflow has not read yet, or that do not load."""
        return set(NIGHT_DAGS) - {each["dag_id"] for each in self._all("dags", "dags")}

    def import_errors(self) -> list[str]:
        """What Airflow says of DAG files that do not load."""
        return [
            f"{each['filename']}: {each['stack_trace']}"
            for each in self._all("importErrors", "import_errors")
        ]

    def nights(self, *, with_tasks: bool = True) -> dict[date, Night]:
        """Every business date that has a run, by date."""
        runs = self._all("dags/~/dagRuns", "dag_runs", order_by="-id")
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        for run in runs:
            if run["partition_key"] and run["dag_id"] in NIGHT_DAGS:
                newest.setdefault((run["partition_key"], run["dag_id"]), run)
        tasks = self._tasks() if with_tasks else {}
        nights: dict[date, Night] = {}
        for (key, dag_id), run in sorted(newest.items()):
            day = date.fromisoformat(key)
            night = nights.setdefault(day, Night(day, {}))
            night.dags[dag_id] = DagNight(
                dag_id=dag_id,
                run_id=run["dag_run_id"],
                state=run["state"],
                queued_at=_moment(run["queued_at"]),
                started_at=_moment(run["start_date"]),
                ended_at=_moment(run["end_date"]),
                tasks=tuple(tasks.get((dag_id, run["dag_run_id"]), ())),
            )
        return nights

    def wait_for_nights(
        self,
        days: Sequence[date],
        *,
        poll_seconds: float = 0.5,
        timeout_seconds: float = 3600,
    ) -> Iterator[list[Night]]:
        """Yield the state of `days` again and again until all are done or failed.

        Raises
        ------
        AirflowApiError
            If they are not finished in time; names the dates and states.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            known = self.nights()
            nights = [known.get(day, Night(day, {})) for day in days]
            yield nights
            if all(night.is_done or night.is_failed for night in nights):
                return
            if time.monotonic() > deadline:
                states = "\n".join(_told(n) for n in nights if not n.is_done)
                raise AirflowApiError(
                    f"nights not finished after {timeout_seconds:.0f} s:\n{states}"
                )
            time.sleep(poll_seconds)

    def backfill(self, first: date, last: date) -> None:
        """Run every night from `first` to `last` again, in order of date.

        The first DAG is backfilled; the others follow by themselves, as after any
        night. Dates that ran before run once more.

        Raises
        ------
        AirflowApiError
            If Airflow refuses, for instance because a backfill is still at work.
        """
        # Airflow reads both as wall clock times of the timetable's zone, and takes
        # the ticks between them: midnight of the last day would leave that day out.
        begin = datetime.combine(first, clock.min)
        end = datetime.combine(last, clock(23, 59, 59))
        self._send(
            "POST",
            "backfills",
            json={
                "dag_id": NIGHT_DAGS[0],
                "from_date": f"{begin.isoformat()}Z",
                "to_date": f"{end.isoformat()}Z",
                "max_active_runs": 1,
                "reprocess_behavior": "completed",
            },
        )

    def _tasks(self) -> dict[tuple[str, str], list[TaskRun]]:
        found: dict[tuple[str, str], list[TaskRun]] = {}
        for each in self._all("dags/~/dagRuns/~/taskInstances", "task_instances"):
            found.setdefault((each["dag_id"], each["dag_run_id"]), []).append(
                TaskRun(
                    dag_id=each["dag_id"],
                    task_id=each["task_id"],
                    map_index=each["map_index"],
                    try_number=each["try_number"],
                    state=each["state"],
                    queued_at=_moment(each["queued_when"]),
                    started_at=_moment(each["start_date"]),
                    ended_at=_moment(each["end_date"]),
                )
            )
        return found

    def _all(self, path: str, key: str, **params: Any) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            page = self._send(
                "GET", path, params={**params, "limit": PAGE, "offset": offset}
            )
            yield from page[key]
            offset += PAGE
            if offset >= page["total_entries"]:
                return

    def _send(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        if "Authorization" not in self._http.headers:
            self._log_in()
        answer = self._http.request(method, f"/api/v2/{path}", **request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._log_in()  # a token lives for a day, a session of ours may be longer
            answer = self._http.request(method, f"/api/v2/{path}", **request)
        if answer.is_error:
            raise AirflowApiError(
                f"{method} {path}: {answer.status_code} {answer.text[:500]}"
            )
        content: dict[str, Any] = answer.json()
        return content

    def _log_in(self) -> None:
        answer = self._http.post(
            "/auth/token",
            json={"username": self._login.user, "password": self._login.password},
        )
        if answer.is_error:
            raise AirflowApiError(f"login as {self._login.user}: {answer.status_code}")
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def half_filled(nights: Iterable[Night], before: datetime) -> list[Night]:
    """Nights of which some assets are there and others not, since before a moment."""
    return [
        night
        for night in nights
        if not night.is_done
        and night.last_moved_at is not None
        and night.last_moved_at < before
    ]


def scheduling_seconds(nights: Sequence[Night]) -> dict[date, float]:
    """Seconds of each night in which it could have gone on, and no task of it ran.

    A DAG can go on when the one before it has ended, and its own run of another night
    too; what nights wait for each other is not scheduling.
    """
    ends: dict[str, list[datetime]] = {name: [] for name in NIGHT_DAGS}
    for night in nights:
        for name, run in night.dags.items():
            ends[name] += [t.ended_at for t in run.tasks if t.ended_at]
    return {night.business_date: _idle_seconds(night, ends) for night in nights}


def _idle_seconds(night: Night, ends: dict[str, list[datetime]]) -> float:
    seconds, ready = 0.0, None
    for name in NIGHT_DAGS:
        run = night.dags.get(name)
        spans = [
            (t.started_at, t.ended_at)
            for t in (run.tasks if run else ())
            if t.started_at and t.ended_at
        ]
        if run is None or not spans:
            continue
        first = min(begun for begun, _ in spans)
        others = [end for end in ends[name] if end <= first]
        queued = min((t.queued_at for t in run.tasks if t.queued_at), default=first)
        started = max([ready or queued, *others])
        seconds += _gaps(spans, started)
        ready = max(ended for _, ended in spans)
    return seconds


def _gaps(spans: list[tuple[datetime, datetime]], start: datetime) -> float:
    """Seconds after `start`, until the last span's end, that no span covers."""
    gaps, reached = 0.0, start
    for begun, ended in sorted(spans):
        gaps += max(0.0, (begun - reached).total_seconds())
        reached = max(reached, ended)
    return gaps


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _told(night: Night) -> str:
    states = ", ".join(f"{n} {night.dags[n].state}" for n in night.dags) or "no run"
    return f"  {night.business_date}: {states}"
