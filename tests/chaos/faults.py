"""What may happen to a night. Each fault strikes a running command for real."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

import psycopg

from tests.chaos.command import Command
from tests.chaos.ground import Ground
from tests.chaos.relay import relay_to
from warehouse.server_place import place_of

PATIENCE = 60  # seconds in which a stage must reach the place where it is awaited
# What lies behind a blocked statement of each transaction; see `_inside`.
TRANSACTIONS = {
    # the ledger's row is the last that a batch writes
    "load": ("load_shop", "lock table ledger.batches in share mode"),
    "weblog": ("load_weblog", "lock table ledger.batches in share mode"),
    # dbt deletes rows from it and inserts them anew
    "build": ("build_star", "lock table marts_next.fct_orders in share mode"),
    # told after every mart has changed
    "publish": ("build_star", "lock table marts.publications in share mode"),
    # the same key is being inserted by somebody else
    "mine": (
        "mine_segments",
        "insert into mined.customer_segments select (jsonb_populate_record(segments,"
        " jsonb_build_object('as_of_date', '{day}'))).* from mined.customer_segments"
        " as segments where as_of_date = (select max(as_of_date)"
        " from mined.customer_segments)",
    ),
    "publish_mined": (
        "publish_mined",
        "lock table marts.publications in share mode",
    ),
}
Strike = Callable[[Command, Random], None]


class NeverReached(AssertionError):
    """The command did not come to the place where a fault was to strike."""


@dataclass(frozen=True)
class Fault:
    """Something that strikes one stage of a night.

    `arm` prepares it and gives the variables that the command needs, and what to do
    once the stage has begun.
    """

    name: str
    stage: str
    arm: Callable[
        [Ground, date], AbstractContextManager[tuple[Mapping[str, str], Strike]]
    ]


@contextmanager
def _at_random(
    act: Callable[[Ground, Command], None], stage: str, ground: Ground, _day: date
) -> Iterator[tuple[Mapping[str, str], Strike]]:
    """Act at a random moment of the stage."""

    def strike(command: Command, random: Random) -> None:
        time.sleep(random.random() * ground.seconds[stage])
        act(ground, command)

    yield ground.environment, strike


def kill(stage: str) -> Fault:
    """SIGKILL at a random moment."""

    def act(_ground: Ground, command: Command) -> None:
        command.kill()

    return Fault("SIGKILL at random", stage, partial(_at_random, act, stage))


def stop_server(stage: str) -> Fault:
    """The server stops without a checkpoint, as by a power cut."""

    def act(ground: Ground, _command: Command) -> None:
        assert ground.server is not None
        place = place_of(ground.company.home)
        account = place.account
        subprocess.run(
            [place.binaries / "pg_ctl", "stop", "-m", "immediate", "-D", place.data],
            user=account.pw_uid if account else None,
            cwd="/",
            check=True,
            capture_output=True,
        )

    return Fault("pg_ctl stop -m immediate", stage, partial(_at_random, act, stage))


def terminate(stage: str) -> Fault:
    """An administrator ends one session of the night."""

    def act(ground: Ground, _command: Command) -> None:
        ground.company.ask(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and usename <> 'admin' order by random() limit 1"
        )

    return Fault("pg_terminate_backend", stage, partial(_at_random, act, stage))


def kill_inside(transaction: str) -> Fault:
    """SIGKILL while the transaction has written and not committed."""
    stage, block = TRANSACTIONS[transaction]

    @contextmanager
    def arm(ground: Ground, day: date) -> Iterator[tuple[Mapping[str, str], Strike]]:
        with ground.company.warehouse.connect("admin") as blocking:

            def strike(command: Command, _random: Random) -> None:
                blocking.execute(block.format(day=day).encode())
                _await_blocked(ground, blocking)
                command.kill()
                command.end()
                blocking.rollback()

            yield ground.environment, strike

    return Fault(f"SIGKILL inside {transaction}", stage, arm)


def _await_blocked(ground: Ground, by: psycopg.Connection) -> None:
    deadline = time.monotonic() + PATIENCE
    waiting = (
        "select count(*) from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
    )
    while ground.company.ask(waiting, by.info.backend_pid) == [(0,)]:
        if time.monotonic() > deadline:
            raise NeverReached("no statement of the night waited for the lock")
        time.sleep(0.05)


def cut_connections(stage: str) -> Fault:
    """The network goes while rows are on their way."""

    @contextmanager
    def arm(ground: Ground, _day: date) -> Iterator[tuple[Mapping[str, str], Strike]]:
        with relay_to(ground.company.warehouse.port) as relay:

            def strike(command: Command, random: Random) -> None:
                # a load sends tens of thousands of bytes, a publication a few hundred
                relay.cut_after(int(10 ** random.uniform(0, 4.5)))

            yield ground.by_url(relay.port), strike

    return Fault("connections cut", stage, arm)


def fill_disk(stage: str) -> Fault:
    """The disk of the server's data is full from a random moment on."""

    def act(ground: Ground, _command: Command) -> None:
        assert ground.disk is not None
        fill(ground)

    return Fault("disk full", stage, partial(_at_random, act, stage))


def fill(ground: Ground) -> None:
    """Take all space that is left on the small disk."""
    assert ground.disk is not None
    with (ground.disk / "filler").open("wb") as file:
        while (free := os.statvfs(ground.disk)).f_bavail:
            with suppress(OSError):  # the server was faster
                os.posix_fallocate(
                    file.fileno(), 0, file.seek(0, 2) + free.f_bavail * free.f_frsize
                )


def make_space(ground: Ground) -> None:
    """Give it back."""
    if ground.disk is not None:
        (ground.disk / "filler").unlink(missing_ok=True)
