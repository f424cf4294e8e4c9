"""A night by the real command, in a process of its own that can be killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import IO

from danggol.settings import PROJECT
from tests.pipeline.made_company import MadeCompany

LONGEST_NIGHT = 300  # seconds
_BEGINS = " ...\n"  # what the command prints behind a stage's name


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it told a person of its failure."""

    code: int
    message: str


@dataclass
class Command:
    """A running `danggol night`; `began` has the moment of each stage it has told."""

    process: subprocess.Popen[str]
    errors: IO[str]
    began: dict[str, float] = field(default_factory=dict)

    def wait_for(self, stage: str) -> bool:
        """Wait until a stage begins; False if the command ended before."""
        assert self.process.stdout is not None
        while stage not in self.began:
            line = self.process.stdout.readline()
            if not line:
                return False
            if line.endswith(_BEGINS):
                self.began[line.removesuffix(_BEGINS)] = time.monotonic()
        return True

    def kill(self) -> None:
        """SIGKILL: no handler runs, no connection is closed in order."""
        self.process.send_signal(signal.SIGKILL)

    def end(self) -> Ended:
        """Wait for its end."""
        while self.wait_for("the end"):
            pass
        code = self.process.wait(LONGEST_NIGHT)
        self.errors.seek(0)
        return Ended(code, self.errors.read())

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
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "danggol.cli", "night", f"{day}", *options],
            env={
                **os.environ,
                "COMPANY": company.home.name,
                "DANGGOL_HOME": str(company.home.parent),
                "HANEUL_SHOP_URL": company.shop.url("admin", driver="postgresql"),
                "PYTHONPATH": str(PROJECT),
                "COLUMNS": "1000",  # a message is not broken into lines
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Command(process, errors)
        finally:
            process.kill()
            process.wait()


def run_night(
    company: MadeCompany, day: date, environment: Mapping[str, str], *options: str
) -> tuple[Ended, dict[str, float]]:
    """Run a night to its end; also says how many seconds each stage took."""
    with night_command(company, day, environment, *options) as command:
        ended = command.end()
    moments = [*command.began.values(), time.monotonic()]
    seconds = [after - before for before, after in pairwise(moments)]
    return ended, dict(zip(command.began, seconds, strict=True))
