"""What an anchor does: judge the candidates, train the champion, look for drift."""

from dataclasses import dataclass

import pandas as pd
from scipy.special import expit

from mining.churn.candidates import threads_for
from mining.churn.config import ChurnConfig
from mining.churn.cutoffs import Plan
from mining.churn.judging import Examples, Judgement, judge
from mining.churn.model import CannotLearn, ChurnModel
from mining.evaluation import population_stability_index

SCORE = "score"


@dataclass(frozen=True)
class Learnt:
    """What came of it.

    Attributes
    ----------
    model : ChurnModel or None
        The champion, trained on the latest closed cutoffs.
    judgement : Judgement
    not_learnt_code : str or None
        Why there is no model; goes to the rows that cannot be scored.
    told : str or None
        The same for who is to do something about it.
    """

    model: ChurnModel | None
    judgement: Judgement
    not_learnt_code: str | None = None
    told: str | None = None


def learn(
    examples: Examples,
    plan: Plan,
    config: ChurnConfig,
    save_contacts: pd.DataFrame | None = None,
) -> Learnt:
    """Choose the champion of an anchor and train it.

    Parameters
    ----------
    examples : Examples
        Rows of all cutoffs of the plan.
    plan : Plan
    config : ChurnConfig
    save_contacts : DataFrame, optional
        As for `judge`.

    Returns
    -------
    Learnt
        Without a model where there is too little to learn from, never an error.
    """
    judgement = judge(examples, plan, config, save_contacts)
    latest = examples.at(plan.closed_at(plan.known_until))
    model = ChurnModel(judgement.champion, config)
    try:
        with threads_for(len(latest.outcomes)):
            model.fit(
                latest.features, latest.outcomes, latest.customers, latest.cutoffs
            )
    except CannotLearn as error:
        return Learnt(None, judgement, error.reason_code, str(error))
    return Learnt(model, judgement)


def drift(model: ChurnModel, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """How far what the model sees, and says, has moved.

    Parameters
    ----------
    model : ChurnModel
        Fitted.
    before, after : DataFrame of shape (n, n_features)
        Features of the training rows, and of the customers to be scored.

    Returns
    -------
    DataFrame of shape (n_terms + 1, 2)
        name, stability_index: the probability as ``score``, then the features of the
        model, the furthest first.
    """
    first, second = (expit(model.decision_function(each)) for each in (before, after))
    features = pd.DataFrame(
        {
            "name": list(model.sum_.terms),
            "stability_index": [
                population_stability_index(before[name], after[name])
                for name in model.sum_.terms
            ],
        }
    ).sort_values(["stability_index", "name"], ascending=[False, True])
    score = pd.DataFrame(
        {
            "name": [SCORE],
            "stability_index": [population_stability_index(first, second)],
        }
    )
    return pd.concat([score, features], ignore_index=True)
