"""What was learnt at an anchor, as measures that are kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from mining.churn.judging import Examples, Judgement
from mining.churn.learning import drift
from mining.churn.model import ChurnModel
from mining.evaluation import Ranked, auc
from mining.evaluation.measured import MODEL, Measured, moved


def measures_of(judgement: Judgement, label_code: str) -> list[Measured]:
    """Measures of a champion beside the other candidates.

    Parameters
    ----------
    judgement : Judgement
        Of one label.
    label_code : str
        Which; the subject of each measure.

    Returns
    -------
    list of Measured
        The champion is ``model``, the others keep their names.
    """
    if not judgement.tests:
        nothing = Measured(measure_code="auc", value=None, row_count=0)
        return [replace(nothing, subject_code=label_code, status="too_few")]
    status = "measured" if judgement.status == "judged" else judgement.status
    first, last = judgement.tests[0], judgement.tests[-1]
    return [
        replace(each.at(first, last), subject_code=label_code, status=status)
        for each in (*_of_candidates(judgement), *_by_bins(judgement))
    ]


def measures_of_last_period(
    previous: ChurnModel, examples: Examples, cutoff: date, label_code: str
) -> list[Measured]:
    """What a former model says of a cutoff, and what then happened.

    Parameters
    ----------
    previous : ChurnModel
        Of the anchor before; it has not learnt from the cutoff.
    examples : Examples
        Rows of all cutoffs.
    cutoff : date
        The latest whose label window is over.
    label_code : str
        Which label.
    """
    rows = examples.at((cutoff,))
    if len(np.unique(rows.outcomes)) < 2:
        return []
    said = previous.predict_proba(rows.features)[:, 1]
    own = Measured(
        measure_code="last_period_auc",
        subject_code=label_code,
        value=auc(Ranked.of(rows.outcomes, said)),
        row_count=len(said),
    ).at(cutoff, cutoff)
    rate = replace(
        own,
        measure_code="last_period_rate",
        value=float(rows.outcomes.mean()),
        expected_value=float(said.mean()),
    )
    return [own, rate]


def measures_of_drift(
    model: ChurnModel, before: pd.DataFrame, after: pd.DataFrame, label_code: str
) -> list[Measured]:
    """How far the customers to be scored are from those that were learnt from.

    Parameters
    ----------
    model, before, after
        As for `drift`.
    label_code : str
        Which label; the subject is the label with the feature, or ``score``.
    """
    return [
        moved(f"{label_code}.{each['name']}", each["stability_index"], len(after))
        for each in drift(model, before, after).to_dict("records")
    ]


def _of_candidates(judgement: Judgement) -> Iterator[Measured]:
    count = int(judgement.by_cutoff["row_count"].sum())

    def name(candidate: str) -> str:
        return MODEL if candidate == judgement.champion else candidate

    for each in judgement.measures.to_dict("records"):
        contender = name(each["candidate"])
        if isinstance(each["versus"], str):
            contender = f"{contender} - {name(each['versus'])}"
        yield Measured(
            measure_code=each["measure"],
            contender_code=contender,
            value=each["value"],
            value_low=each["low_value"],
            value_high=each["high_value"],
            expected_value=1.0 if each["measure"] == "calibration_slope" else None,
            row_count=count,
        )


def _by_bins(judgement: Judgement) -> Iterator[Measured]:
    for each in judgement.calibration_bins.to_dict("records"):
        yield Measured(
            measure_code="calibration_bin",
            bin_number=each["bin"],
            value=each["outcome_rate"],
            expected_value=each["mean_probability"],
            row_count=each["row_count"],
        )
    for each in judgement.lift.to_dict("records"):
        told = {"lift": each["lift"], "captured_share": each["captured_share"]}
        for measure, value in told.items():
            yield Measured(
                measure_code=measure,
                bin_number=each["decile"],
                value=value,
                row_count=each["row_count"],
            )
    for number, each in enumerate(judgement.by_cutoff.to_dict("records"), 1):
        yield Measured(
            measure_code="outcome_rate",
            bin_number=number,
            value=each["outcome_rate"],
            row_count=each["row_count"],
        )
