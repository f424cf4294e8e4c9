"""Which candidate is the champion, and how good it is: a rolling origin.

At each test cutoff every candidate learns from the cutoffs whose label window was over
by then, and is asked about customers whose future it cannot know. The champion is the
simplest candidate that no richer one beats: a richer one takes its place when both
differences, in area under the ROC curve and in average precision, have a lower limit
above 0.

Campaigns that keep customers from leaving make good predictions look wrong. Where they
left out a share by lot, only those left out count, with weights; where they did not,
judging ends before the first such campaign.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.churn.candidates import (
    ADDITIVE,
    CANDIDATES,
    LOGISTIC,
    RFM_RULE,
    fit_reference,
    threads_for,
)
from mining.churn.config import ChurnConfig
from mining.churn.cutoffs import Plan
from mining.churn.features import churn_features
from mining.churn.labels import labels_of_visits
from mining.churn.model import CannotLearn, ChurnModel
from mining.evaluation import (
    Interval,
    calibration,
    calibration_table,
    contacts_without_holdout,
    lift_table,
    never_contacted_weights,
    ranking_intervals,
)

Vector = NDArray[np.float64]

REFERENCE = "reference"
RANKING = ("auc", "average_precision")


@dataclass(frozen=True)
class Examples:
    """Rows of several cutoffs, one below the other.

    Attributes
    ----------
    features : DataFrame of shape (n, n_features)
        From `churn_features`.
    customers : Series of shape (n,)
    cutoffs : Series of shape (n,)
        `datetime.date` of each row.
    outcomes : ndarray of shape (n,)
        Whether each churned, by one label.
    """

    features: pd.DataFrame
    customers: pd.Series
    cutoffs: pd.Series
    outcomes: NDArray[np.bool_]

    @classmethod
    def of(
        cls, counts: pd.DataFrame, visits: pd.DataFrame, label_code: str
    ) -> "Examples":
        """Put together what was known and what then happened.

        Parameters
        ----------
        counts : DataFrame of shape (n, n_counts)
            cutoff_date, customer_id and what `churn_features` takes.
        visits : DataFrame of shape (n, 4)
            Of the same customers in the same order: cutoff_date, customer_id,
            visits_before_count, visits_after_count.
        label_code : str
            Rows for which this label is not defined are left out.

        Raises
        ------
        ValueError
            If the rows are not of the same customers and cutoffs.
        """
        keys = ["cutoff_date", "customer_id"]
        if not counts[keys].equals(visits[keys]):
            raise ValueError(
                f"counts ({len(counts)} rows) and visits ({len(visits)} rows) must be "
                "of the same customers at the same cutoffs, in one order"
            )
        label = labels_of_visits(visits)[label_code].astype("boolean")
        is_told = label.notna().to_numpy()
        return cls(
            churn_features(counts[is_told]),
            counts["customer_id"][is_told],
            counts["cutoff_date"][is_told].dt.date,
            label[is_told].to_numpy(dtype=np.bool_),
        )

    def at(self, cutoffs: tuple[date, ...]) -> "Examples":
        """The rows of some cutoffs."""
        own = self.cutoffs.isin(cutoffs).to_numpy()
        return Examples(
            self.features[own],
            self.customers[own],
            self.cutoffs[own],
            self.outcomes[own],
        )


@dataclass(frozen=True)
class Judgement:
    """What the rolling origin found.

    Attributes
    ----------
    champion : str
        Of `CANDIDATES`.
    tests : tuple of date
        Cutoffs that were judged; none where nothing could be.
    status : str
        ``judged``, ``control_share`` (judged on who was left out of save campaigns,
        weighted), ``before_save_campaigns`` (ended before the first of them), or
        ``not_judged``.
    measures : DataFrame
        candidate, measure, value, low_value, high_value; with the other candidate as
        versus where it is a difference.
    calibration_bins, lift : DataFrame
        Of the champion; see `mining.evaluation`.
    by_cutoff : DataFrame
        cutoff_date, row_count, outcome_rate, weighted_row_count.
    """

    champion: str
    tests: tuple[date, ...]
    status: str
    measures: pd.DataFrame
    calibration_bins: pd.DataFrame
    lift: pd.DataFrame
    by_cutoff: pd.DataFrame


def judge(
    examples: Examples,
    plan: Plan,
    config: ChurnConfig,
    save_contacts: pd.DataFrame | None = None,
) -> Judgement:
    """Choose the champion.

    Parameters
    ----------
    examples : Examples
        Rows of all cutoffs of the plan.
    plan : Plan
        From `plan_cutoffs`; where save campaigns have no control share, with
        ``judged_until`` from `judged_until`.
    config : ChurnConfig
    save_contacts : DataFrame, optional
        Contacts of campaigns that keep customers from leaving, and who was left out:
        customer_id, campaign_id, contact_date, is_holdout, is_randomised.

    Returns
    -------
    Judgement
        Where no cutoff can be judged, the logistic regression is the champion, which
        needs the least to go right.
    """
    tested = [_at(examples, plan, test, config) for test in plan.tests]
    weighted = [(each, _weights(each, plan, save_contacts)) for each in tested if each]
    # all may have been contacted
    weighted = [(each, own) for each, own in weighted if own.any()]
    if not weighted:
        return _not_judged()
    parts, weights = (list(each) for each in zip(*weighted, strict=True))
    weight = np.concatenate(weights)
    scores = {
        name: np.concatenate([each.scores[name] for each in parts])
        for name in parts[0].scores
    }
    outcomes = np.concatenate([each.rows.outcomes for each in parts])
    if len(np.unique(outcomes[weight > 0])) < 2:
        return _not_judged()
    richer = [
        (ADDITIVE, LOGISTIC),
        (ADDITIVE, RFM_RULE),
        (LOGISTIC, RFM_RULE),
        (ADDITIVE, REFERENCE),
    ]
    intervals = ranking_intervals(
        outcomes,
        scores,
        np.concatenate([each.rows.customers.to_numpy() for each in parts]),
        pairs=richer,
        draws=config.bootstrap_draws,
        seed=config.seed,
        weights=weight,
    )
    champion = _champion(intervals)
    probabilities = scores[champion]
    return Judgement(
        champion=champion,
        tests=tuple(each.test for each in parts),
        status=_status(plan, save_contacts),
        measures=_measures(intervals, scores, outcomes, weight, config),
        calibration_bins=calibration_table(outcomes, probabilities, weight),
        lift=lift_table(outcomes, probabilities, weight),
        by_cutoff=_by_cutoff(parts, weights),
    )


def judged_until(save_contacts: pd.DataFrame) -> date | None:
    """Day before the first save campaign that left nobody out by lot.

    None where there is no such campaign: all of the history can be judged.
    """
    unknown = contacts_without_holdout(save_contacts)
    own = save_contacts["campaign_id"].astype("str").isin(unknown)
    if not own.any():
        return None
    first = pd.Timestamp(save_contacts.loc[own, "contact_date"].min())
    return first.date() - timedelta(days=1)


@dataclass(frozen=True)
class _Tested:
    """Rows of one test cutoff, and what each candidate said of them."""

    test: date
    rows: Examples
    scores: Mapping[str, Vector]


def _at(
    examples: Examples, plan: Plan, test: date, config: ChurnConfig
) -> _Tested | None:
    """None where there is too little to learn from at the time."""
    learnt = examples.at(plan.closed_at(test))
    rows = examples.at((test,))
    if not len(rows.outcomes):
        return None
    try:
        with threads_for(len(learnt.outcomes)):
            return _Tested(test, rows, _scores(learnt, rows, config))
    except CannotLearn:
        return None


def _scores(learnt: Examples, rows: Examples, config: ChurnConfig) -> dict[str, Vector]:
    models = {
        name: ChurnModel(name, config).fit(
            learnt.features, learnt.outcomes, learnt.customers, learnt.cutoffs
        )
        for name in CANDIDATES
    }
    scores = {
        name: model.predict_proba(rows.features)[:, 1] for name, model in models.items()
    }
    free = fit_reference(
        learnt.features,
        learnt.outcomes.astype(np.int8),
        models[ADDITIVE].fitted_config_,
    )
    scores[REFERENCE] = free(rows.features)
    return scores


def _weights(tested: _Tested, plan: Plan, save_contacts: pd.DataFrame | None) -> Vector:
    if save_contacts is None or save_contacts.empty:
        return np.ones(len(tested.rows.outcomes))
    day = pd.to_datetime(save_contacts["contact_date"])
    begin = pd.Timestamp(tested.test)
    within = (day > begin) & (day <= begin + pd.Timedelta(days=plan.horizon_days))
    return never_contacted_weights(tested.rows.customers, save_contacts[within])


def _champion(
    intervals: Mapping[tuple[str, str, str | None], Interval],
) -> str:
    champion = RFM_RULE
    for richer in (LOGISTIC, ADDITIVE):
        if all(intervals[each, richer, champion].low > 0 for each in RANKING):
            champion = richer
    return champion


def _status(plan: Plan, save_contacts: pd.DataFrame | None) -> str:
    if save_contacts is None or save_contacts.empty:
        return "judged"
    if contacts_without_holdout(save_contacts):
        return "before_save_campaigns"
    return "control_share"


def _measures(
    intervals: Mapping[tuple[str, str, str | None], Interval],
    scores: Mapping[str, Vector],
    outcomes: NDArray[np.bool_],
    weight: Vector,
    config: ChurnConfig,
) -> pd.DataFrame:
    rows = [
        (name, other, measure, *interval)
        for (measure, name, other), interval in intervals.items()
    ]
    nan = float("nan")
    for name in CANDIDATES:
        told = calibration(
            outcomes,
            scores[name],
            draws=config.bootstrap_draws,
            seed=config.seed,
            weights=weight,
        )
        slope = (told.slope, told.slope_low, told.slope_high)
        rows.append((name, None, "calibration_slope", *slope))
        rows += [
            (name, None, f"calibration_{each}", getattr(told, each), nan, nan)
            for each in ("intercept", "in_the_large", "error", "error_limit")
        ]
        rows.append((name, None, "brier_skill", told.brier_skill, nan, nan))
    columns = ["candidate", "versus", "measure", "value", "low_value", "high_value"]
    return pd.DataFrame(rows, columns=columns)


def _by_cutoff(parts: list[_Tested], weights: list[Vector]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cutoff_date": [each.test for each in parts],
            "row_count": [len(each.rows.outcomes) for each in parts],
            "weighted_row_count": [int((each > 0).sum()) for each in weights],
            "outcome_rate": [
                float(np.average(each.rows.outcomes, weights=weight))
                for each, weight in zip(parts, weights, strict=True)
            ],
        }
    )


def _not_judged() -> Judgement:
    nothing = pd.DataFrame()
    return Judgement(LOGISTIC, (), "not_judged", nothing, nothing, nothing, nothing)
