"""A connection of Airflow's as it stands in ``AIRFLOW_CONN_<ID>``, as a URL."""

import json
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

PREFIX = "AIRFLOW_CONN_"
_SCHEMES = {"postgres": "postgresql"}
_OF_AIRFLOW = "__extra__"


def as_url(told: str) -> str:
    """The URL that a database driver takes.

    Parameters
    ----------
    told : str
        Airflow's URI, or its JSON.

    Raises
    ------
    ValueError
        If it is neither; nothing of it is quoted.
    """
    if not told.lstrip().startswith("{"):
        return _of_uri(told)
    try:
        connection = json.loads(told)
        return _of_json(connection)
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise ValueError("wanted Airflow's JSON, with conn_type and host") from None


def _of_uri(told: str) -> str:
    scheme, separator, rest = told.partition("://")
    address, _, query = rest.partition("?")
    if not separator or not urlsplit(f"//{address}").netloc:
        raise ValueError("wanted conn_type://login:password@host:port/schema")
    kept = [(key, value) for key, value in parse_qsl(query) if key != _OF_AIRFLOW]
    url = f"{_SCHEMES.get(scheme, scheme)}://{address}"
    return f"{url}?{urlencode(kept)}" if kept else url


def _of_json(connection: dict[str, Any]) -> str:
    scheme, host = connection["conn_type"], connection["host"]
    login, password = connection.get("login"), connection.get("password")
    user = quote(login, safe="") if login else ""
    if password:
        user += f":{quote(password, safe='')}"
    port = f":{connection['port']}" if connection.get("port") else ""
    address = f"[{host}]" if ":" in host else host
    extra = connection.get("extra") or {}
    if isinstance(extra, str):
        extra = json.loads(extra)
    query = {key: value for key, value in extra.items() if isinstance(value, str)}
    return (
        f"{_SCHEMES.get(scheme, scheme)}://{user + '@' if user else ''}{address}{port}"
        f"/{quote(connection.get('schema') or '', safe='')}"
        f"{'?' + urlencode(query) if query else ''}"
    )
