"""Clusters of customers who behave alike, stable enough to be given names.

k-means on z-scores of log1p features. The number of clusters is the largest that a
bootstrap finds again and that leaves nobody in a splinter: the silhouette would always
say two. Trained at an anchor date; nights only assign. At the next anchor the clusters
before are moved to where their customers are now, as long as so many are found again,
and take the codes of those that they lie nearest to.

References
----------
Arthur and Vassilvitskii (2007), k-means++: The Advantages of Careful Seeding.
Hubert and Arabie (1985), Comparing Partitions: the adjusted Rand index.
"""

import warnings
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from mining.sampling import shuffled
from mining.segments.alignment import aligned_codes, names_of_clusters
from mining.segments.config import ClustersConfig

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

DEFAULTS = ClustersConfig()
SMALLEST_DEVIATION = 1e-9  # below it a feature is constant, but for rounding
DIGITS = 6  # of centres and distances: what lies beyond depends on the machine
ROWS_AT_ONCE = 100_000


class CustomerClusters(BaseEstimator):  # type: ignore[misc]
    """Groups of customers by behaviour, with codes that outlast an anchor date.

    Parameters
    ----------
    config : ClustersConfig
        Numbers of clusters, samples, thresholds, seed.

    Attributes
    ----------
    n_clusters_ : int
        The number before, while it is found again; else the largest number tried that
        is stable and leaves every cluster its share; the smallest one tried if there
        is none; 1 where customers do not differ, or are fewer than clusters.
    is_stable_ : bool
        Whether the bootstrap finds so many, as it must of a new number.
    stability_ : float
        Mean adjusted Rand index at `n_clusters_`; NaN for one cluster.
    stability_by_count_ : dict of int to float
        The same for every number that was tried.
    shares_ : ndarray of shape (n_clusters_,)
        Share of the customers, in the order of `codes_`.
    codes_ : tuple of str
        Code of each cluster: by size, the largest ``c1``, until `align`.
    names_ : dict of str to str
        Name of each code: the two features in which the centre lies furthest from
        the population, in standard deviations; of several clusters so named each
        takes the third too.
    centres_ : ndarray of shape (n_clusters_, n_features)
        In z-scores of this fit.
    feature_names_in_ : ndarray of shape (n_features,)
    means_, deviations_ : ndarray of shape (n_features,)
        Of log1p of the features over all customers; the deviation of a constant
        feature is infinite, which takes it out.
    reference_ : dict of str to tuple of float
        Mean and deviation of each feature at the first anchor at which it varied: the
        scale in which anchors are compared.
    issued_count_ : int
        Codes ever given; a retired code is not given again.
    """

    def __init__(self, config: ClustersConfig = DEFAULTS) -> None:
        self.config = config

    def fit(
        self,
        X: pd.DataFrame | ArrayLike,
        y: None = None,
        *,
        before: pd.Series | None = None,
    ) -> Self:
        """Find the clusters.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_customers, n_features)
            Not negative; the index is the customer's id, and what is drawn depends
            on ids only, so that rows may come in any order. Rows with a missing or
            infinite value are left out.
        y : None
            Ignored, there for scikit-learn.
        before : Series of shape (n_customers,), optional
            Codes by customer, of the clusters of the anchor before; missing where
            there is none. While the bootstrap finds so many clusters again, they are
            kept: k-means begins at the means of their customers, and at random places
            only where another number is taken.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If no row can be used, a feature is negative or ids repeat.
        """
        frame = _as_frame(X)
        frame = frame[np.isfinite(frame.to_numpy()).all(axis=1)]
        if frame.empty:
            raise ValueError("no customer has a value for every feature")
        if (frame.to_numpy() < 0).any():
            raise ValueError("features must not be negative, clip them at 0")
        self.feature_names_in_ = frame.columns.to_numpy(dtype=object)
        order = shuffled(frame.index, self.config.seed)
        logs = np.log1p(frame.to_numpy()[order])
        self.means_ = logs.mean(axis=0)
        deviations = logs.std(axis=0)
        constant = deviations < SMALLEST_DEVIATION
        self.deviations_ = np.where(constant, np.inf, deviations)
        with threadpool_limits(1):  # sums of other thread counts differ in a bit
            scores = (logs - self.means_) / self.deviations_
            starts = _means(scores, before, frame.index[order])
            self._fit_centres(scores, starts)
        self.codes_ = tuple(f"c{n + 1}" for n in range(self.n_clusters_))
        self.issued_count_ = self.n_clusters_
        names = self.feature_names_in_.tolist()
        scale = zip(self.means_.tolist(), self.deviations_.tolist(), strict=True)
        self.reference_ = dict(zip(names, scale, strict=True))
        self._name()
        return self

    def predict(self, X: pd.DataFrame | ArrayLike) -> NDArray[np.object_]:
        """Code of the nearest centre.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_customers, n_features)
            Features of the fit; of a frame, columns in any order.

        Returns
        -------
        ndarray of shape (n_customers,)
            One of `codes_`, or None for a row with a missing or infinite value,
            which cannot be placed.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.
        ValueError
            If a feature of the fit is missing.
        """
        check_is_fitted(self, "centres_")
        frame = _as_frame(X, self.feature_names_in_)
        codes = np.array([*self.codes_, None], dtype=object)
        found = np.full(len(frame), len(self.codes_))
        for start in range(0, len(frame), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            part = frame.iloc[rows].to_numpy(dtype="float64")
            can = np.isfinite(part).all(axis=1)
            logs = np.log1p(np.maximum(part[can], 0.0))
            nearest = _nearest((logs - self.means_) / self.deviations_, self.centres_)
            found[rows][can] = nearest
        placed: NDArray[np.object_] = codes[found]
        return placed

    def align(self, previous: "CustomerClusters") -> Self:
        """Take the codes of the previous anchor's clusters.

        Each centre takes the code of at most one before it so that the sum of the
        distances is least (Hungarian method); the scale is that of the first anchor.
        A centre that lies beyond `config.new_code_distance` of its own takes a code
        that was never given before. Names are told anew by what the centres are now.

        Parameters
        ----------
        previous : CustomerClusters
            Fitted at the anchor before, and aligned with the one before that.

        Returns
        -------
        self
        """
        check_is_fitted(self, "centres_")
        check_is_fitted(previous, "centres_")
        known = {name: at for name, at in previous.reference_.items() if at[1] < np.inf}
        self.reference_ = {**self.reference_, **known}
        scale = [self.reference_[name] for name in self._shared_features(previous)]
        self.codes_, self.issued_count_ = aligned_codes(
            self._centres_on(scale, previous),
            previous._centres_on(scale, self),
            previous.codes_,
            previous.issued_count_,
            self.config.new_code_distance,
        )
        self._name()
        return self

    def _fit_centres(self, scores: Matrix, starts: Matrix) -> None:
        config = self.config
        sample = scores[: config.bootstrap_customers]
        different = len(np.unique(np.round(sample, DIGITS), axis=0))
        most = min(config.most_clusters, different)
        self.stability_by_count_: dict[int, float] = {}
        counts = range(most, config.fewest_clusters - 1, -1)
        wanted = [(count, config.least_stability) for count in counts]
        if len(starts) in counts:
            wanted.insert(0, (len(starts), config.least_kept_stability))
        for count, least in wanted:
            if count not in self.stability_by_count_:
                self.stability_by_count_[count] = _stability(sample, count, config)
            stability = self.stability_by_count_[count]
            if stability >= least and self._take(scores, count, starts):
                self.is_stable_ = stability >= config.least_stability
                self.stability_ = stability
                return
        self.is_stable_ = False
        smallest = config.fewest_clusters if self.stability_by_count_ else 1
        self._take(scores, smallest, starts)
        self.stability_ = self.stability_by_count_.get(smallest, float("nan"))

    def _take(self, scores: Matrix, count: int, starts: Matrix) -> bool:
        """Fit so many centres; whether each has its share of all customers."""
        fitted = scores[: self.config.fitted_customers]
        if count == len(starts):
            centres = _centres(fitted, count, self.config, starts=starts)
        else:
            centres = _centres(fitted, count, self.config)
        sizes = np.bincount(_nearest(scores, centres), minlength=count)
        # by size, then by place, so that the starts' order does not matter
        order = np.lexsort((*centres.T[::-1], -sizes))
        self.centres_ = centres[order]
        self.n_clusters_ = count
        self.shares_ = sizes[order] / len(scores)
        return bool((self.shares_ >= self.config.least_share).all())

    def _name(self) -> None:
        labels = [str(name) for name in self.feature_names_in_]
        names = names_of_clusters(self.centres_, labels, self.codes_)
        self.names_ = dict(zip(self.codes_, names, strict=True))

    def _shared_features(self, other: "CustomerClusters") -> list[str]:
        others = set(other.feature_names_in_)
        return sorted(name for name in self.feature_names_in_ if name in others)

    def _centres_on(
        self, scale: list[tuple[float, float]], other: "CustomerClusters"
    ) -> Matrix:
        """The centres in a common scale, on the features that both models have."""
        shared = self._shared_features(other)
        at = [self.feature_names_in_.tolist().index(name) for name in shared]
        # z-scores back to log1p; a constant feature lies at its mean
        spread = np.where(np.isfinite(self.deviations_), self.deviations_, 0.0)
        logs = (self.means_ + self.centres_ * spread)[:, at]
        means, deviations = np.array(scale).reshape(-1, 2).T
        placed: Matrix = (logs - means) / deviations
        return placed


def _as_frame(
    X: pd.DataFrame | ArrayLike, features: NDArray[np.object_] | None = None
) -> pd.DataFrame:
    """Features by column, in the order of the fit; ids in the index."""
    if not isinstance(X, pd.DataFrame):
        X = pd.DataFrame(np.asarray(X, dtype="float64")).add_prefix("feature_")
    if features is None:
        if not X.index.is_unique:
            raise ValueError("customers repeat in the index of the features")
        return X.astype("float64")
    missing = [name for name in features if name not in X.columns]
    if missing:
        raise ValueError(f"features lack the columns {', '.join(missing)}")
    return X[list(features)]


def _seed(*words: int) -> int:
    return int(np.random.SeedSequence(words).generate_state(1)[0])


def _means(scores: Matrix, before: pd.Series | None, customers: pd.Index) -> Matrix:
    """Means of the clusters before, in codes' order; none if there were none."""
    if before is None:
        return np.empty((0, scores.shape[1]))
    codes = before.reindex(customers).to_numpy()
    known = pd.notna(codes)
    means = pd.DataFrame(scores[known]).groupby(codes[known].astype(str)).mean()
    return np.round(means.to_numpy(), DIGITS)


def _centres(
    scores: Matrix,
    count: int,
    config: ClustersConfig,
    draw: int = 0,
    starts: Matrix | None = None,
) -> Matrix:
    if count == 1:
        return np.zeros((1, scores.shape[1]))  # z-scores have their mean at 0
    model = KMeans(
        count,
        init="k-means++" if starts is None else starts,
        n_init=config.start_count if starts is None else 1,
        max_iter=config.most_iterations,
        random_state=_seed(config.seed, count, draw),
    )
    with warnings.catch_warnings():
        # a draw may hold fewer different customers than clusters
        warnings.simplefilter("ignore", ConvergenceWarning)
        centres: Matrix = np.round(model.fit(scores).cluster_centers_, DIGITS)
    return centres


def _stability(sample: Matrix, count: int, config: ClustersConfig) -> float:
    """Mean adjusted Rand index of bootstrap fits with the fit on the sample itself."""
    labels = _nearest(sample, _centres(sample, count, config))
    agreements = []
    for draw in range(1, config.bootstrap_count + 1):
        random = np.random.default_rng(_seed(config.seed, count, draw, 1))
        drawn = sample[random.integers(len(sample), size=len(sample))]
        again = _nearest(sample, _centres(drawn, count, config, draw))
        agreements.append(adjusted_rand_score(labels, again))
    return float(np.mean(agreements))


def _nearest(scores: Matrix, centres: Matrix) -> Labels:
    """Number of the nearest centre of each row; of equally near ones the first.

    One centre after the other, without BLAS: a row's distances do not depend on which
    rows stand beside it.
    """
    nearest = np.zeros(len(scores), dtype="int64")
    least = np.full(len(scores), np.inf)
    for number, centre in enumerate(centres):
        distance = np.round(((scores - centre) ** 2).sum(axis=1), DIGITS)
        nearer = distance < least
        nearest[nearer] = number
        least[nearer] = distance[nearer]
    return nearest
