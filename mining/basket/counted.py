"""Rules with all that is counted and expected of them; their p-values and family.

`mining.basket.significance` says what is tested and why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import expit
from scipy.stats import norm

from mining.basket.baskets import Baskets, Floats, Ints
from mining.basket.rasch import SizeModel
from mining.basket.rules import ratio
from mining.basket.tally import Tally


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of one length, by column numbers.

    Attributes
    ----------
    rows : ndarray of shape (n_rules,)
        Where they stand in the frame.
    antecedent : ndarray of shape (n_rules, length - 1)
        Ascending in each row.
    consequent : ndarray of shape (n_rules,)
    """

    rows: Ints
    antecedent: Ints
    consequent: Ints

    @property
    def joint(self) -> Ints:
        """Items of both."""
        return np.sort(np.column_stack([self.antecedent, self.consequent]), axis=1)

    def shorter(self) -> Iterator[Ints]:
        """The antecedent without each of its items in turn."""
        for position in range(self.antecedent.shape[1]):
            yield np.delete(self.antecedent, position, axis=1)


@dataclass(frozen=True, slots=True)
class CountedRules:
    """Rules with all that is counted for them.

    Attributes
    ----------
    rules : list of Rules
        One for each length.
    n_rules : int
    model : SizeModel
    tally : Tally
    """

    rules: list[Rules]
    n_rules: int
    model: SizeModel
    tally: Tally

    @classmethod
    def of(cls, rules: pd.DataFrame, baskets: Baskets, customer: Ints | None) -> Self:
        """Count what the rules need."""
        baskets = _with_empty_column(baskets)
        by_length = list(_by_length(rules, baskets))
        model = SizeModel.fit(baskets.sizes, baskets.item_counts)
        sets = _needed(by_length, len(baskets.items))
        tally = Tally.of(baskets, model.size_class, sets, customer)
        return cls(by_length, len(rules), model, tally)

    def counts(self) -> tuple[Ints, Floats]:
        """Count and expected count of each rule."""
        count = np.zeros(self.n_rules, dtype=np.int64)
        expected = np.zeros(self.n_rules)
        for rules in self.rules:
            count[rules.rows] = self.tally.count[self.tally.number(rules.joint)]
            expected[rules.rows] = self._expected(rules)
        return count, expected

    def p_values(self, count: Ints, expected: Floats) -> Floats:
        """One-sided; of longer rules the largest, against every shorter one, too."""
        p_value = np.ones(self.n_rules)
        number = self.tally.number
        for rules in self.rules:
            joint, own = number(rules.joint), number(rules.antecedent)
            consequent = number(rules.consequent[:, None])
            wanted = expected[rules.rows]
            spread = self.tally.spread(joint, own, consequent, None, wanted)
            p = _p_values(count[rules.rows] - wanted, spread)
            if rules.antecedent.shape[1] > 1:
                for shorter in rules.shorter():
                    p = np.maximum(p, self._p_values_beyond(shorter, rules))
            p_value[rules.rows] = p
        return p_value

    def _p_values_beyond(self, shorter: Ints, rules: Rules) -> Floats:
        """Of rules among the baskets that hold a shorter antecedent."""
        joint, own = self.tally.number(rules.joint), self.tally.number(rules.antecedent)
        world = self.tally.number(shorter)
        both = self.tally.number(np.column_stack([shorter, rules.consequent]))
        by_size = self._expected_beside(rules.antecedent, rules.consequent)
        of_shorter = self._expected_beside(shorter, rules.consequent)
        share = np.nan_to_num(ratio(by_size, of_shorter))
        wanted: Floats = self.tally.count[both] * share
        spread = self.tally.spread(joint, own, both, world, wanted)
        return _p_values(self.tally.count[joint] - wanted, spread)

    def family_size(self, count: Ints, min_expected_count: float) -> int:
        """Rules that may be mined by the counts of their two sides, and expect enough.

        A side that fewer baskets hold than the rarest rule of its length had no chance
        to be mined. Longer antecedents are looked for among the shorter rules.
        """
        size = 0
        for rules in self.rules:
            least = int(count[rules.rows].min())
            if rules.antecedent.shape[1] == 1:
                size += self._pairs_in_family(least, min_expected_count)
            else:
                size += self._longer_in_family(rules, least, min_expected_count)
        return size

    def _expected(self, rules: Rules) -> Floats:
        if rules.antecedent.shape[1] > 1:
            return self._expected_beside(rules.antecedent, rules.consequent)
        of_item = self.model.count_class
        expected: Floats = self.model.expected_pairs[
            of_item[rules.antecedent[:, 0]], of_item[rules.consequent]
        ]
        return expected

    def _expected_beside(self, antecedent: Ints, consequent: Ints) -> Floats:
        """Of the baskets that hold the antecedent, how many hold the consequent."""
        sets, row = np.unique(antecedent, axis=0, return_inverse=True)
        baskets = self.tally.by_size[self.tally.number(sets)]
        logits = self.model.logits_beside(self.model.count_class[sets])
        ease = self.model.ease[self.model.count_class[consequent]]
        expected: Floats = (baskets[row] * expit(logits[row] + ease[:, None])).sum(
            axis=1
        )
        return expected

    def _pairs_in_family(self, least: int, min_expected_count: float) -> int:
        kept = self.model.counts >= least
        items = self.model.n_items[kept]
        enough = self.model.expected_pairs[np.ix_(kept, kept)] >= min_expected_count
        return int(items @ enough @ items - np.diag(enough) @ items)

    def _longer_in_family(
        self, rules: Rules, least: int, min_expected_count: float
    ) -> int:
        length = rules.antecedent.shape[1]
        sets = self.tally.levels[length - 1]
        number = self.tally.number(sets)
        frequent = self.tally.count[number] >= least
        sets, number = sets[frequent], number[frequent]
        own = self.model.count_class[sets]
        logits, baskets = self.model.logits_beside(own), self.tally.by_size[number]
        # The more frequent an item, the more is expected of it: the first that is
        # frequent enough parts those that expect enough from those that do not.
        first = np.full(len(sets), np.searchsorted(self.model.counts, least))
        end = np.full(len(sets), len(self.model.counts))
        while (first < end).any():
            middle = np.minimum((first + end) // 2, len(self.model.counts) - 1)
            ease = self.model.ease[middle][:, None]
            expected = (baskets * expit(logits + ease)).sum(axis=1)
            enough = expected >= min_expected_count
            first, end = (
                np.where(enough, first, np.minimum(middle + 1, end)),
                np.where(enough, middle, end),
            )
        items_from = np.append(np.cumsum(self.model.n_items[::-1])[::-1], 0)
        # an item of the antecedent is no consequent of it
        return int(items_from[first].sum() - (own >= first[:, None]).sum())


def _p_values(excess: Floats, spread: Floats) -> Floats:
    z = np.zeros(len(excess))
    np.divide(excess, spread, out=z, where=spread > 0)
    p_values: Floats = norm.sf(z)
    return p_values


def _with_empty_column(baskets: Baskets) -> Baskets:
    """With a last column for items that no basket holds."""
    held = baskets.matrix
    matrix = sparse.csr_array(
        (held.data, held.indices, held.indptr), (held.shape[0], held.shape[1] + 1)
    )
    items = np.append(baskets.items.astype(object), [None])
    return Baskets(matrix, items, baskets.ids)


def _by_length(rules: pd.DataFrame, baskets: Baskets) -> Iterator[Rules]:
    missing = [name for name in ("antecedent", "consequent") if name not in rules]
    if missing:
        raise ValueError(f"rules lack the columns {', '.join(missing)}")
    names = pd.Index(baskets.items[:-1])
    unknown = len(names)
    consequent = names.get_indexer(pd.Index(rules["consequent"]))
    lengths = rules["antecedent"].map(len).to_numpy(dtype=np.int64)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        flat = [item for each in rules["antecedent"].iloc[rows] for item in each]
        antecedent = names.get_indexer(pd.Index(flat)).reshape(len(rows), length)
        yield Rules(
            rows,
            np.sort(np.where(antecedent < 0, unknown, antecedent), axis=1),
            np.where(consequent[rows] < 0, unknown, consequent[rows]),
        )


def _needed(by_length: list[Rules], n_items: int) -> list[Ints]:
    """Every set whose count a test asks for, by length."""
    longest = max((rules.joint.shape[1] for rules in by_length), default=1)
    sets: list[list[Ints]] = [[] for _ in range(longest)]
    for rules in by_length:
        sets[rules.joint.shape[1] - 1].append(rules.joint)
        for each in (rules.antecedent, rules.consequent[:, None]):
            sets[each.shape[1] - 1].append(each)
        if rules.antecedent.shape[1] > 1:
            for shorter in rules.shorter():
                both = np.column_stack([shorter, rules.consequent])
                for each in (shorter, np.sort(both, axis=1)):
                    sets[each.shape[1] - 1].append(each)
    return [
        np.concatenate([np.empty((0, length + 1), np.int64), *each])
        for length, each in enumerate(sets)
    ]
