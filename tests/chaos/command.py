"""A night by the real command, in a process of its own that can be killed."""

import multiprocessing
import os
import runpy
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import IO

from tests.pipeline.made_company import MadeCompany

LONGEST_NIGHT = 300  # seconds
# Half of a command's time goes into importing these, and tells nothing of a night.
_WARM = multiprocessing.get_context("forkserver")
_WARM.set_forkserver_preload(["danggol.libraries"])
_BEGINS = " ...\n"  # what the command prints behind a stage's name


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it told a person of its failure."""

    code: int
    message: str


@dataclass
class Command:
    """A running `danggol night`; `began` has the moment of each stage it has told."""

    process: ForkServerProcess
    output: IO[str]
    errors: IO[str]
    began: dict[str, float] = field(default_factory=dict)

    def wait_for(self, stage: str) -> bool:
        """Wait until a stage begins; False if the command ended before."""
        while stage not in self.began:
            line = self.output.readline()
            if not line:
                return False
            if line.endswith(_BEGINS):
                self.began[line.removesuffix(_BEGINS)] = time.monotonic()
        return True

    def kill(self) -> None:
        """SIGKILL: no handler runs, no connection is closed in order."""
        self.process.kill()

    def end(self) -> Ended:
        """Wait for its end."""
        while self.wait_for("the end"):
            pass
        self.process.join(LONGEST_NIGHT)
        assert self.process.exitcode is not None, "the night has no end"
        self.errors.seek(0)
        return Ended(self.process.exitcode, self.errors.read())

    @property
    def last_stage(self) -> str:
        """The stage that began last."""
        return list(self.began)[-1] if self.began else "start"


@contextmanager
def night_command(
    company: MadeCompany, day: date, environment: Mapping[str, str], *options: str
) -> Iterator[Command]:
    """Run `danggol night` while the block runs; it does not outlive it."""
    company.turn_clock_to(day)
    variables = {
        **os.environ,
        "COMPANY": company.home.name,
        "DANGGOL_HOME": str(company.home.parent),
        "HANEUL_SHOP_URL": company.shop.url("admin", driver="postgresql"),
        "COLUMNS": "1000",  # a message is not broken into lines
        **environment,
    }
    reader, writer = _WARM.Pipe(duplex=False)
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as errors:
        process = _WARM.Process(
            target=_run,
            args=(["night", f"{day}", *options], variables, writer, errors.name),
        )
        process.start()
        writer.close()
        with open(reader.fileno(), encoding="utf-8", closefd=False) as output:
            try:
                yield Command(process, output, errors)
            finally:
                process.kill()
                process.join()
    reader.close()


def _run(
    arguments: list[str], variables: dict[str, str], output: Connection, errors: str
) -> None:
    """Be the command, in a process that has imported what the project builds on."""
    os.environ.clear()
    os.environ.update(variables)
    os.dup2(output.fileno(), 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_APPEND), 2)
    sys.argv = ["danggol", *arguments]
    runpy.run_module("danggol.cli", run_name="__main__", alter_sys=True)


def run_night(
    company: MadeCompany, day: date, environment: Mapping[str, str], *options: str
) -> tuple[Ended, dict[str, float]]:
    """Run a night to its end; also says how many seconds each stage took."""
    with night_command(company, day, environment, *options) as command:
        ended = command.end()
    moments = [*command.began.values(), time.monotonic()]
    seconds = [after - before for before, after in pairwise(moments)]
    return ended, dict(zip(command.began, seconds, strict=True))
