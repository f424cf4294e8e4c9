"""Connections as Airflow writes them, in the words of its manual, become URLs."""

import json

import pytest

from ingest.airflow_connection import as_url
from ingest.shop_source import url_in


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("postgres://login:p%40ss@host:5432/shop", "postgresql://login:p%40ss@host:5432/shop"),
        ("mysql://login:pw@host/shop?charset=utf8&__extra__=%7B%7D",
         "mysql://login:pw@host/shop?charset=utf8"),
        ({"conn_type": "postgres", "login": "me", "password": "p@s/s", "host": "::1",
          "port": 5432, "schema": "shop", "extra": {"sslmode": "require", "n": {}}},
         "postgresql://me:p%40s%2Fs@[::1]:5432/shop?sslmode=require"),
        ({"conn_type": "mysql", "host": "db", "extra": '{"charset": "utf8"}'},
         "mysql://db/?charset=utf8"),
    ],
)  # fmt: skip
def test_a_connection_becomes_a_url(told, url):
    assert as_url(told if isinstance(told, str) else json.dumps(told)) == url


@pytest.mark.parametrize(
    "told",
    ["secret", "postgres://", '{"conn_type": "postgres", "pass": "secret"', "{}"],
)
def test_what_is_none_is_refused_unquoted(told, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", told)

    with pytest.raises(LookupError, match=r"^AIRFLOW_CONN_SHOP: wanted") as refusal:
        url_in("AIRFLOW_CONN_SHOP")

    assert "secret" not in str(refusal.value)


def test_only_variables_of_airflows_are_taken_for_one(monkeypatch):
    monkeypatch.setenv("SHOP_URL", "postgres://host/shop")
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "postgres://host/shop")

    assert url_in("SHOP_URL").get_secret_value() == "postgres://host/shop"
    assert url_in("AIRFLOW_CONN_SHOP").get_secret_value() == "postgresql://host/shop"
