"""Service cases, from opening to solution, and questions how it was.

Repairs come from the course, since a late one makes customers leave; complaints and
questions are drawn here. A case is written again each time that something is done.
"""

import numpy as np
import polars as pl

from demo.simulated.books.journals import Column, Journals, always, words
from demo.simulated.books.ledger import Entry, Ledger
from demo.simulated.books.orders import goods_no, member_no
from demo.simulated.books.planted import Planted, note
from demo.simulated.books.sales import Sales
from demo.simulated.books.staff import Staff
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.matters import Matter
from demo.simulated.causes.streams import Stream
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, MINUTE, NONE, Ints, where, within_hours
from demo.simulated.plan import REPAIR_DAYS, YEAR, Trigger

COMPLAINT_RATE, QUESTION_RATE = 0.12 / YEAR, 0.25 / YEAR
RETYPED_RATE = 0.01 / YEAR  # near misses: opened as a complaint by mistake
REASONS = ("broken", "noise", "missing_part", "late_delivery", "rude", "how_to_use")
SOLUTIONS = ("repaired", "replaced", "refunded", "explained", "apologised")
CHANNELS = ("phone", "web", "store")
UNSOLVED_SHARE, NEVER_CLOSED_SHARE = 0.06, 0.02
ASKED_SHARE = 0.3  # of solved cases
ANSWERED_SHARE = 0.4  # of questions
VERSIONS = ("opened_at", "answered_at", "visited_at", "solved_at", "closed_at")


class Service:
    """Writes cases and surveys, and books what service costs.

    Parameters
    ----------
    world : World
    journals, ledger, staff, sales
    """

    def __init__(
        self,
        world: World,
        journals: Journals,
        ledger: Ledger,
        staff: Staff,
        sales: Sales,
    ) -> None:
        self._world = world
        self._journals = journals
        self._ledger = ledger
        self._staff = staff
        self._sales = sales
        count = len(world.population)
        complaint_rate = 0.0 if world.plan.is_clean else COMPLAINT_RATE
        self._streams = {
            "complaint": Stream(np.full(count, complaint_rate)),
            "question": Stream(np.full(count, QUESTION_RATE)),
            "retyped": Stream(np.full(count, RETYPED_RATE)),
        }
        self._next_case = self._next_survey = 1
        self._open_until: list[tuple[Ints, Ints]] = []  # days of opening and of end

    def write(self, rng: np.random.Generator, happened: Happened) -> None:
        """Write the cases and surveys that begin in a month."""
        repairs = happened.opened.of(Matter.REPAIR)
        self._write_repairs(rng, repairs.customer, repairs.opened, repairs.ends)
        for kind, stream in self._streams.items():
            customer, day = stream.draw(rng, happened.first, happened.last)
            there = self._world.population.joined[customer] < day
            there &= day < happened.gone[customer]
            self._write_cases(rng, kind, customer[there], day[there])
        asked = happened.met.kind == Trigger.SURVEY_ASKED
        customer, day = happened.met.customer[asked], happened.met.day[asked]
        moment = within_hours(rng, day, 10, 12)
        order = self._sales.last_order[customer]
        self._ask(rng, customer, moment, "nps", 10, order_no=order)

    def open_cases(self, day: int) -> int:
        """How many cases are open at the end of a day: neither solved nor closed."""
        end = day + 1
        still = [
            (opened[until >= end], until[until >= end])
            for opened, until in self._open_until
        ]
        self._open_until = [each for each in still if len(each[0])]
        return sum(int((opened < end).sum()) for opened, _ in self._open_until)

    def _write_repairs(
        self, rng: np.random.Generator, customer: Ints, opened: Ints, solved: Ints
    ) -> None:
        count = len(customer)
        day = opened // DAY
        times = {
            "opened_at": opened,
            "answered_at": opened + rng.integers(10 * MINUTE, 3 * HOUR, count),
            "visited_at": solved - rng.integers(20 * MINUTE, 2 * HOUR, count),
            "solved_at": solved,
            "closed_at": (solved // DAY + 1) * DAY + 9 * HOUR,
        }
        # on the first day it is visited in the afternoon, behind the answer
        times["answered_at"] = np.minimum(times["answered_at"], (day + 1) * DAY - 1)
        times["visited_at"] = np.maximum(times["visited_at"], times["answered_at"] + 1)
        self._add(
            rng,
            customer,
            times,
            cost=rng.integers(20, 90, count) * 1_000,
            kind=always("repair", count),
            first_kind=always("repair", count),
            reason=words(REASONS[:3], rng.integers(3, size=count)),
            solution=words(SOLUTIONS[:2], rng.integers(2, size=count)),
            staff_no=self._staff.engineer(self._world.population.store[customer]),
            promised_at=(day + REPAIR_DAYS) * DAY + 18 * HOUR,
        )

    def _write_cases(
        self, rng: np.random.Generator, kind: str, customer: Ints, day: Ints
    ) -> None:
        count = len(customer)
        opened = within_hours(rng, day, 9, 18)
        answered = opened + rng.integers(10 * MINUTE, 30 * HOUR, count)
        solved = answered + 1 + (rng.exponential(3 * DAY, count)).astype(np.int64)
        lot = rng.random(count)
        is_solved = lot >= UNSOLVED_SHARE + NEVER_CLOSED_SHARE
        is_closed = lot >= NEVER_CLOSED_SHARE
        times = {
            "opened_at": opened,
            "answered_at": answered,
            "visited_at": np.full(count, NONE),
            "solved_at": where(is_solved, solved),
            "closed_at": where(is_closed, (solved // DAY + 1) * DAY + 9 * HOUR),
        }
        is_complaint = kind != "question"
        cost = rng.integers(1, 30, count) * 1_000 if is_complaint else 500 + 0 * day
        first = self._next_case
        final = "complaint" if kind == "complaint" else "question"
        self._add(
            rng,
            customer,
            times,
            cost=cost,
            kind=always(final, count),
            reason=words(REASONS, rng.integers(len(REASONS), size=count)),
            solution=words(SOLUTIONS[2:], rng.integers(3, size=count)),
            staff_no=self._staff.agent(rng, count),
            promised_at=np.full(count, NONE),
            first_kind=always("complaint" if is_complaint else "question", count),
            retyped=opened + MINUTE if kind == "retyped" else None,
        )
        if is_complaint:
            note(
                self._journals,
                Planted.COMPLAINT,
                opened,
                first + np.arange(count),
                member_no(customer),
                near_miss=kind == "retyped",
                detail="retyped" if kind == "retyped" else None,
            )

    def _add(
        self,
        rng: np.random.Generator,
        customer: Ints,
        times: dict[str, Ints],
        *,
        cost: Ints,
        kind: Column,
        first_kind: Column,
        retyped: Ints | None = None,
        **more: Column,
    ) -> None:
        """Write cases, a version at each of their `times`, telling no later one."""
        count = len(customer)
        number = self._next_case + np.arange(count)
        self._next_case += count
        ends = np.where(
            times["solved_at"] == NONE, times["closed_at"], times["solved_at"]
        )
        columns: dict[str, Column] = {
            "case_no": number,
            "member_no": member_no(customer),
            "channel": words(CHANNELS, rng.integers(len(CHANNELS), size=count)),
            "goods_no": goods_no(self._sales.last_product[customer]),
            "order_no": self._sales.last_order[customer],
            **more,
        }
        versions = [times[name] for name in VERSIONS]
        if retyped is not None:
            versions.append(retyped)
        for place, moments in enumerate(versions):
            own = np.flatnonzero(moments != NONE)
            stamp = moments[own]
            known = {
                name: where(moment[own] <= stamp, moment[own])
                for name, moment in times.items()
            }
            is_over = (ends[own] != NONE) & (ends[own] <= stamp)
            row = {name: column[own] for name, column in columns.items()}
            solution = row["solution"]
            assert not isinstance(solution, np.ndarray)
            row["solution"] = solution.zip_with(
                pl.Series(known["solved_at"] != NONE), always(None, len(own))
            )
            row["kind"] = (kind if place else first_kind)[own]
            row["cost"] = np.where(is_over, cost[own], 0)
            self._journals.add("service_cases", stamp, row | known)
        self._finish(rng, customer, number, ends, times, cost)

    def _finish(
        self,
        rng: np.random.Generator,
        customer: Ints,
        number: Ints,
        ends: Ints,
        times: dict[str, Ints],
        cost: Ints,
    ) -> None:
        is_over = ends != NONE
        self._ledger.add(Entry.SERVICE_COST, ends[is_over] // DAY, cost[is_over])
        forever = np.int64(1 << 40)
        until = np.where(is_over, ends // DAY, forever)
        self._open_until.append((times["opened_at"] // DAY, until))
        solved = np.flatnonzero(times["solved_at"] != NONE)
        asked = solved[rng.random(len(solved)) < ASKED_SHARE]
        moment = (times["solved_at"][asked] // DAY + 1) * DAY + 10 * HOUR
        self._ask(rng, customer[asked], moment, "csat", 5, case_no=number[asked])

    def _ask(
        self,
        rng: np.random.Generator,
        customer: Ints,
        asked: Ints,
        question: str,
        highest: int,
        *,
        order_no: Ints | None = None,
        case_no: Ints | None = None,
    ) -> None:
        count = len(customer)
        none = np.full(count, NONE)
        score = np.minimum(rng.binomial(highest, 0.78, count), highest)
        columns: dict[str, Column] = {
            "survey_no": self._next_survey + np.arange(count),
            "member_no": member_no(customer),
            "question": always(question, count),
            "channel": always("kakao", count),
            "staff_no": none,
            "order_no": none if order_no is None else order_no,
            "case_no": none if case_no is None else case_no,
            "highest": np.full(count, highest),
            "asked_at": asked,
        }
        self._next_survey += count
        open_: dict[str, Column] = {"score": none, "answered_at": none}
        self._journals.add("surveys", asked, columns | open_)
        answers = np.flatnonzero(rng.random(count) < ANSWERED_SHARE)
        answered = asked[answers] + rng.integers(5 * MINUTE, 3 * DAY, len(answers))
        told: dict[str, Column] = {
            name: column[answers] for name, column in columns.items()
        }
        told |= {"score": score[answers], "answered_at": answered}
        self._journals.add("surveys", answered, told)
