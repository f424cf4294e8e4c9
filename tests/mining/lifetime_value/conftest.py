"""CDNOW, and models whose parameters are given."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from mining.lifetime_value import BetaGeo, GammaGamma, ParetoNbd
from mining.purchases import purchase_histories
from tests.mining.lifetime_value.cdnow import EVERYBODY, SAMPLE, orders_of

END_OF_CALIBRATION = date(1997, 9, 30)
END_OF_HOLDOUT = date(1998, 6, 30)


@pytest.fixture(scope="session")
def cdnow_orders() -> pd.DataFrame:
    """Orders of the published sample: one customer in ten."""
    return orders_of(SAMPLE)


@pytest.fixture(scope="session")
def all_cdnow_orders() -> pd.DataFrame:
    """Orders of everybody."""
    return orders_of(EVERYBODY)


@pytest.fixture(scope="session")
def cdnow(cdnow_orders: pd.DataFrame) -> pd.DataFrame:
    """Histories of the sample up to the end of calibration."""
    return purchase_histories(cdnow_orders, END_OF_CALIBRATION)


@pytest.fixture(scope="session")
def cdnow_holdout(cdnow_orders: pd.DataFrame, cdnow: pd.DataFrame) -> pd.Series:
    """Purchases of the same customers in the 39 weeks after that."""
    later = purchase_histories(cdnow_orders, END_OF_HOLDOUT)
    later = later.set_index("customer_id").loc[cdnow["customer_id"]]
    return pd.Series(later["frequency"].to_numpy() - cdnow["frequency"].to_numpy())


@pytest.fixture(scope="session")
def cdnow_model(cdnow: pd.DataFrame) -> BetaGeo:
    """BG/NBD, fitted to the sample."""
    return BetaGeo().fit(cdnow)


@pytest.fixture(scope="session")
def model_of() -> Callable[[dict[str, float]], BetaGeo | ParetoNbd | GammaGamma]:
    """The model with these parameters, known for certain."""
    return _model_of


def _model_of(params: dict[str, float]) -> BetaGeo | ParetoNbd | GammaGamma:
    (kind,) = (
        each for each in (BetaGeo, ParetoNbd, GammaGamma) if each.names == (*params,)
    )
    model = kind()
    model.params_ = dict(params)
    model.log_likelihood_ = float("nan")
    model.covariance_ = np.zeros((len(params), len(params)))
    model.status_ = "estimated"
    return model
