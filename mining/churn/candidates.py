"""The candidates: an RFM rule, a logistic regression, an additive booster.

Each is fitted by scikit-learn, or by counting, and written down as a sum of terms of
one feature each (`mining.churn.terms`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from mining.churn.config import ChurnConfig
from mining.churn.terms import Additive, LogLine, Steps, Term

Vector = NDArray[np.float64]
Outcomes = NDArray[np.int8]

RFM_RULE, LOGISTIC, ADDITIVE = "rfm_rule", "logistic", "additive"

# More of it speaks for leaving, or for staying.
RFM_SIGNS = {"recency_days": 1.0, "visit_count_364d": -1.0, "net_amount_364d": -1.0}
RFM_SCORES = 5
# Rates, not counts of a year: in a company's first year these grow from cutoff to
# cutoff, and would call every customer a better one than the day before.
LOGISTIC_FEATURES = (
    *("recency_days", "tenure_days", "fading_visits"),
    *("visit_count_91d", "monthly_visits", "net_amount_91d"),
)
FEWEST_ROWS_TO_SHARE = 200_000


def fit_rfm_rule(
    features: pd.DataFrame, outcomes: Outcomes, config: ChurnConfig
) -> Additive:
    """Sum of the three scores, 1 to 5 by quintiles of the training rows.

    The naive rule: what a marketer would do without a model. `outcomes` are not
    looked at.
    """
    terms: dict[str, Term] = {}
    for name, sign in RFM_SIGNS.items():
        column = features[name].to_numpy(dtype=np.float64)
        shares = np.arange(1, RFM_SCORES) / RFM_SCORES
        edges = np.unique(np.quantile(column, shares, method="lower"))
        values = sign * np.arange(len(edges) + 1, dtype=np.float64)
        terms[name] = Steps(edges, values, 0.0)
    return Additive(0.0, terms)


def fit_logistic(
    features: pd.DataFrame, outcomes: Outcomes, config: ChurnConfig
) -> Additive:
    """Logistic regression on logarithms of a few features, in standard deviations."""
    logs = np.log1p(
        np.maximum(features[list(LOGISTIC_FEATURES)].to_numpy(dtype=np.float64), 0)
    )
    known = ~np.isnan(logs)
    count = np.maximum(known.sum(axis=0), 1)
    shift = np.where(known, logs, 0).sum(axis=0) / count
    centred = np.where(known, logs - shift, 0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    varies = np.flatnonzero(spread > 0)
    if not len(varies):
        return Additive(0.0, {})
    found = LogisticRegression(C=1.0, max_iter=1_000, tol=1e-8).fit(
        centred[:, varies] / spread[varies], outcomes
    )
    slopes = found.coef_[0] / spread[varies]
    return Additive(
        float(found.intercept_[0]),
        {
            LOGISTIC_FEATURES[place]: LogLine(float(slope), float(shift[place]))
            for place, slope in zip(varies, slopes, strict=True)
        },
    )


def fit_additive(
    features: pd.DataFrame, outcomes: Outcomes, config: ChurnConfig
) -> Additive:
    """Boosted trees, none of which may split by more than one feature."""
    names = _varying(features)
    if not names:
        return Additive(0.0, {})
    chosen = features[names]
    model = _additive_booster(config).fit(chosen.to_numpy(), outcomes)
    written = steps_of(model, names)
    some = chosen.iloc[:1_000]
    told = model.decision_function(some.to_numpy())
    if not np.allclose(written.score(some), told, rtol=0, atol=1e-9):
        raise RuntimeError(
            "the booster's trees do not add up to its score: this version of "
            "scikit-learn keeps them in another way"
        )
    return written


def fit_left_out(
    features: pd.DataFrame,
    outcomes: Outcomes,
    fold: NDArray[np.int64],
    config: ChurnConfig,
) -> tuple[int, Vector]:
    """How many trees tell best what is left out, and what they say of it.

    A cause that few customers meet shows after what they all have in common, and so
    late that a company without such causes would be learnt by heart.

    Parameters
    ----------
    features : DataFrame of shape (n, n_features)
    outcomes : ndarray of shape (n,)
    fold : ndarray of shape (n,)
        Part of each row, left out in its turn.
    config : ChurnConfig

    Returns
    -------
    int
        Where the logarithmic loss, summed over all parts, is least, up to
        ``config.trees``.
    ndarray of shape (n,)
        Score of each row as `fit_additive` gives it with so many trees, fitted to the
        other parts.
    """
    fitted = []
    loss = np.zeros(config.trees)
    for each in np.unique(fold):
        out = fold == each
        names = _varying(features[~out])
        if not names:
            continue
        rows = features[names].to_numpy()
        model = _additive_booster(config).fit(rows[~out], outcomes[~out])
        fitted.append((out, names, model))
        against = 1.0 - 2.0 * outcomes[out]
        for place, score in enumerate(model.staged_decision_function(rows[out])):
            loss[place] += np.logaddexp(0, against * score.ravel()).sum()
    trees = int(loss.argmin()) + 1
    scores = np.zeros(len(features))
    for out, names, model in fitted:
        # the first trees are those that a fit of so many would have made
        scores[out] = steps_of(model, names, trees).score(features[out])
    return trees, scores


def fit_reference(
    features: pd.DataFrame, outcomes: Outcomes, config: ChurnConfig
) -> Callable[[pd.DataFrame], Vector]:
    """The same trees, free to mix features: what additivity costs, never a champion.

    Returns
    -------
    callable
        Gives the score of rows of features.
    """
    names = _varying(features)
    model = booster(config).fit(features[names].to_numpy(), outcomes)

    def score(rows: pd.DataFrame) -> Vector:
        found: Vector = model.decision_function(rows[names].to_numpy())
        return found

    return score


CANDIDATES: Mapping[str, Callable[..., Additive]] = {
    RFM_RULE: fit_rfm_rule,
    LOGISTIC: fit_logistic,
    ADDITIVE: fit_additive,
}
"""From the simplest on."""


def booster(config: ChurnConfig, **more: Any) -> HistGradientBoostingClassifier:
    """The booster that is fitted, for benchmarks to fit it bare."""
    return HistGradientBoostingClassifier(
        learning_rate=config.learning_rate,
        max_iter=config.trees,
        max_leaf_nodes=config.leaves,
        min_samples_leaf=config.smallest_leaf,
        max_bins=config.bins,
        l2_regularization=config.penalty,
        # would hold out rows by their order
        early_stopping=False,
        random_state=config.seed,
        **more,
    )


def _additive_booster(config: ChurnConfig) -> HistGradientBoostingClassifier:
    return booster(config, interaction_cst="no_interactions")


def threads_for(row_count: int) -> threadpool_limits:
    """One thread for fits of few rows, within a `with`.

    Threads of a small fit wait for each other longer than they compute, above all
    beside other jobs of the night.
    """
    return threadpool_limits(1 if row_count < FEWEST_ROWS_TO_SHARE else None)


def steps_of(
    model: HistGradientBoostingClassifier, names: list[str], trees: int | None = None
) -> Additive:
    """The step function of each feature that the trees of a booster add up to.

    Parameters
    ----------
    model : HistGradientBoostingClassifier
        Fitted to two classes with ``interaction_cst="no_interactions"``.
    names : list of str
        Of its features.
    trees : int, optional
        Of which the first so many are added up; all unless told.

    Raises
    ------
    ValueError
        If a tree splits by more than one feature.
    """
    found: dict[int, list[Steps]] = {}
    intercept = float(model._baseline_prediction.item())
    for (tree,) in model._predictors[:trees]:
        nodes = tree.nodes
        if nodes[0]["is_leaf"]:
            intercept += float(nodes[0]["value"])
            continue
        splits = nodes[nodes["is_leaf"] == 0]
        feature = int(splits[0]["feature_idx"])
        if (splits["feature_idx"] != feature).any():
            raise ValueError("a tree of the booster mixes features")
        found.setdefault(feature, []).append(_steps_of_tree(nodes))
    return Additive(
        intercept, {names[place]: _sum(found[place]) for place in sorted(found)}
    )


def _steps_of_tree(nodes: NDArray[Any]) -> Steps:
    """All splits are of one feature, so from left to right the edges rise."""
    edges: list[float] = []
    values: list[float] = []

    def walk(place: int) -> None:
        node = nodes[place]
        if node["is_leaf"]:
            values.append(float(node["value"]))
            return
        walk(int(node["left"]))
        edges.append(float(node["num_threshold"]))
        walk(int(node["right"]))

    walk(0)
    node = nodes[0]
    while not node["is_leaf"]:
        node = nodes[node["left"] if node["missing_go_to_left"] else node["right"]]
    return Steps(np.array(edges), np.array(values), float(node["value"]))


def _sum(steps: list[Steps]) -> Steps:
    edges = np.unique(np.concatenate([each.edges for each in steps]))
    # one point in each interval: its upper edge, and one beyond the last
    points = np.append(edges, np.inf)
    values = sum(
        (each.values[np.searchsorted(each.edges, points)] for each in steps),
        np.zeros(len(points)),
    )
    return Steps(edges, values, sum(each.missing for each in steps))


def _varying(features: pd.DataFrame) -> list[str]:
    """Features that tell any two rows apart; a missing value is one too."""
    out = []
    for name in features.columns:
        column = features[name].to_numpy()
        first = column[0]
        same = np.isnan(column) if np.isnan(first) else column == first
        if not same.all():
            out.append(str(name))
    return out
