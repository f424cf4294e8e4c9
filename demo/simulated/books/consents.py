"""What customers allow: by channel and purpose, said at joining and taken back later.

Who is on the list of the campaigns has allowed advertising and never takes it back. Of
the others some refuse, some say nothing, some are asked and leave it open.
"""

import numpy as np

from demo.simulated.books.journals import Journals, always, words
from demo.simulated.books.orders import LAST_DAYS, member_no
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, MINUTE, Bools, Ints, within_hours

CHANNELS = ("sms", "kakao", "email", "app_push", "phone", "post", "all")
ALL = CHANNELS.index("all")
ADVERTISED = range(5)
NIGHTLY = (0, 3)  # channels by which one may be asked about the night
STATES = ("granted", "refused", "withdrawn")
GRANTED, REFUSED, WITHDRAWN, LEFT_OPEN, NOT_ASKED = 0, 1, 2, -1, -2
SOURCES = ("web", "store", "call_centre", "app")
ASKED_SHARE = 0.97
ANSWERS = (GRANTED, REFUSED, LEFT_OPEN, NOT_ASKED)
ANSWER_SHARES = (0.25, 0.50, 0.10, 0.15)  # of those not on the list
NIGHT_ASKED, NIGHT_GRANTED = 0.5, 0.2
POST_SHARE = 0.1
CHANGE_SHARE = 0.012  # a month, of customers and channels
LATE_SHARE = 0.03
SECOND_NOTICE = 500  # day from which on another text is agreed to


class Consents:
    """Writes consents, and remembers what may be taken back."""

    def __init__(self, world: World, journals: Journals) -> None:
        self._world = world
        self._journals = journals
        shape = (len(world.population), len(ADVERTISED))
        self._answers = np.full(shape, NOT_ASKED, dtype=np.int8)

    def write(
        self,
        rng: np.random.Generator,
        happened: Happened,
        joined: Ints,
        withdrawn: Ints,
    ) -> None:
        """Write what was said in a month.

        Parameters
        ----------
        joined : ndarray
            Moment of joining of every customer.
        withdrawn : ndarray
            Day on which a member withdraws.
        """
        people = self._world.population.joined
        begin, end = np.searchsorted(people, [happened.first, happened.last])
        self.ask(rng, int(begin), int(end), joined)
        self._change(rng, happened, int(begin))
        leaves = (withdrawn >= happened.first) & (withdrawn < happened.last)
        who = np.flatnonzero(leaves)
        moment = withdrawn[who] * DAY + 21 * HOUR
        self._add(rng, who, moment, ALL, "data_use", np.full(len(who), WITHDRAWN))

    def ask(self, rng: np.random.Generator, begin: int, end: int, joined: Ints) -> None:
        """Write what customers from one number to another say as they join."""
        listed, new = self._world.population.is_listed, np.arange(begin, end)
        new = new[listed[new] | (rng.random(len(new)) < ASKED_SHARE)]
        moment = joined[new] + MINUTE
        answer = np.where(rng.random(len(new)) < 0.99, GRANTED, LEFT_OPEN)
        self._add(rng, new, moment, ALL, "data_use", answer)
        for channel in ADVERTISED:
            lot = rng.choice(len(ANSWERS), len(new), p=ANSWER_SHARES)
            answer = np.where(listed[new], GRANTED, np.array(ANSWERS)[lot])
            self._answers[new, channel] = answer
            self._add(rng, new, moment, channel, "advertising", answer)
            if channel in NIGHTLY:
                self._ask_for_night(rng, new[answer == GRANTED], joined, channel)
        post = new[rng.random(len(new)) < POST_SHARE]
        answer = rng.integers(0, 2, len(post))
        self._add(rng, post, joined[post] + MINUTE, 5, "advertising", answer)

    def _ask_for_night(
        self, rng: np.random.Generator, who: Ints, joined: Ints, channel: int
    ) -> None:
        asked = who[rng.random(len(who)) < NIGHT_ASKED]
        granted = rng.random(len(asked)) < NIGHT_GRANTED
        answer = np.where(granted, GRANTED, REFUSED)
        moment = joined[asked] + MINUTE
        self._add(rng, asked, moment, channel, "night_advertising", answer)

    def _change(self, rng: np.random.Generator, happened: Happened, known: int) -> None:
        """Let some of those not on the list take back what they said."""
        places = known * len(ADVERTISED)
        count = rng.poisson(places * CHANGE_SHARE)
        place = (
            np.unique(rng.integers(places, size=count)) if places else np.zeros(0, int)
        )
        who, channel = np.divmod(place, len(ADVERTISED))
        before = self._answers[who, channel]
        mutable = ~self._world.population.is_listed[who]
        mutable &= (before != NOT_ASKED) & (before != WITHDRAWN)
        who, channel, before = who[mutable], channel[mutable], before[mutable]
        after = np.where(before == GRANTED, WITHDRAWN, GRANTED)
        day = rng.integers(happened.first, happened.last, len(who))
        moment = within_hours(rng, day, 8, 23)
        self._answers[who, channel] = after
        for each in ADVERTISED:
            own = channel == each
            self._add(rng, who[own], moment[own], each, "advertising", after[own])

    def _add(
        self,
        rng: np.random.Generator,
        who: Ints,
        moment: Ints,
        channel: int,
        purpose: str,
        answer: Ints,
    ) -> None:
        said = np.flatnonzero(answer != NOT_ASKED)
        who, moment, answer = who[said], moment[said], answer[said].astype(np.int64)
        count = len(who)
        day = moment // DAY
        self._journals.add(
            "consent_records",
            np.where(self._is_late(rng, day), (day + 1) * DAY + 8 * HOUR, moment),
            {
                "member_no": member_no(who),
                "channel": always(CHANNELS[channel], count),
                "purpose": always(purpose, count),
                "answer": words(STATES, answer),
                "said_at": moment,
                "source": words(SOURCES, rng.integers(len(SOURCES), size=count)),
                "notice": words(("v1", "v2"), (day >= SECOND_NOTICE).astype(np.int64)),
            },
        )

    def _is_late(self, rng: np.random.Generator, day: Ints) -> Bools:
        may = (day >= 0) & (day < self._world.days.count - LAST_DAYS)
        late: Bools = may & (rng.random(len(day)) < LATE_SHARE)
        return late
