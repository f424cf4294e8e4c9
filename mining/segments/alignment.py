"""Codes and names of clusters: which are those of the anchor before, and what they are.

References
----------
Kuhn (1955), The Hungarian Method for the Assignment Problem.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Matrix = NDArray[np.float64]

NOTEWORTHY = 0.005  # nearer to the population a centre differs in nothing
EVERYBODY = "all customers"


def aligned_codes(
    centres: Matrix,
    previous: Matrix,
    previous_codes: Sequence[str],
    issued_count: int,
    new_code_distance: float,
) -> tuple[tuple[str, ...], int]:
    """Codes of new centres: those of the centres before them, or new ones.

    Parameters
    ----------
    centres : ndarray of shape (n_clusters, n_features)
        New centres; both in the same scale.
    previous : ndarray of shape (n_previous, n_features)
        Centres of the anchor before.
    previous_codes : sequence of str of shape (n_previous,)
        Their codes.
    issued_count : int
        Codes given so far, ``c1`` to ``c<issued_count>``.
    new_code_distance : float
        Root mean square over the features beyond which a centre is a new one.

    Returns
    -------
    tuple of str of shape (n_clusters,)
        Code of each centre, no two alike.
    int
        Codes given by now.
    """
    if centres.shape[1]:
        between = centres[:, None, :] - previous[None, :, :]
        distances = np.sqrt((between**2).mean(axis=2))
    else:  # nothing to compare by
        distances = np.full((len(centres), len(previous)), np.inf)
    # Beyond the limit all are equally far: a newcomer must not cost another its code.
    limited = np.round(np.minimum(distances, new_code_distance), 6)
    code_of: dict[int, str] = {}
    rows, olds = linear_sum_assignment(limited)
    for new, old in zip(rows.tolist(), olds.tolist(), strict=True):
        if distances[new, old] <= new_code_distance:
            code_of[new] = previous_codes[old]
    for new in range(len(centres)):
        if new not in code_of:
            issued_count += 1
            code_of[new] = f"c{issued_count}"
    return tuple(code_of[new] for new in range(len(centres))), issued_count


def names_of_clusters(
    centres: Matrix, features: Sequence[str], codes: Sequence[str]
) -> list[str]:
    """Name of each cluster by what sets it apart.

    Parameters
    ----------
    centres : ndarray of shape (n_clusters, n_features)
        In standard deviations from the population's mean.
    features : sequence of str of shape (n_features,)
        Names of the features; an underscore is read as a space.
    codes : sequence of str of shape (n_clusters,)
        Told where even all features do not tell two clusters apart.

    Returns
    -------
    list of str of shape (n_clusters,)
        The two features furthest from 0, largest first, ties by name, as in
        ``high share of tea, low amount``; clusters that would be named alike take a
        third, and so on. No two are alike.
    """
    phrases = [_phrases(centre, features) for centre in centres]
    told = [2] * len(phrases)

    def names() -> list[str]:
        return [
            ", ".join(each[:count]) or EVERYBODY
            for each, count in zip(phrases, told, strict=True)
        ]

    for _ in range(2, len(features)):
        found = names()
        alike = [found.count(name) > 1 for name in found]
        told = [count + also for count, also in zip(told, alike, strict=True)]
    found = names()
    return [
        f"{name} ({code})" if found.count(name) > 1 else name
        for name, code in zip(found, codes, strict=True)
    ]


def _phrases(centre: NDArray[np.float64], features: Sequence[str]) -> list[str]:
    ranked = sorted(
        zip(np.round(centre, 6).tolist(), features, strict=True),
        key=lambda each: (-abs(each[0]), each[1]),
    )
    return [
        f"{'high' if score > 0 else 'low'} {feature.replace('_', ' ')}"
        for score, feature in ranked
        if abs(score) >= NOTEWORTHY
    ]
