"""What brought a request here: the kind of site that linked, and the campaign."""

import re
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import polars as pl
import yaml

from ingest.weblog.privacy import replaced
from ingest.weblog.redaction import clean_campaign_parameter
from ingest.weblog.source import ENCODINGS

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
NONE, OWN, OTHER = "none", "own", "other"


def mark_origins(
    requests: pl.DataFrame,
    own_hosts: Sequence[str],
    encodings: Sequence[str] = ENCODINGS,
) -> pl.DataFrame:
    """Add `referrer_class` and the five columns of `UTM`.

    Parameters
    ----------
    requests : DataFrame
        `query` as logged; `has_referrer`, null where the format does not tell; and
        `referrer_host`.
    own_hosts : sequence of str
        Hosts of the company's own site; their subdomains count too.
    encodings : sequence of str
        Of the query.
    """
    classified = replaced(
        requests["referrer_host"], "", partial(_class_of, own_hosts=tuple(own_hosts))
    )
    has_referrer = pl.col("has_referrer")
    return requests.with_columns(
        *_campaign_parameters(requests["query"], encodings),
        referrer_class=pl.when(has_referrer)
        .then(classified.fill_null(OTHER))
        .when(~has_referrer)
        .then(pl.lit(NONE)),
    )


def _class_of(host: str, own_hosts: tuple[str, ...]) -> str:
    if any(host == own or host.endswith(f".{own}") for own in own_hosts):
        return OWN
    found = (name for name, pattern in _published() if pattern.search(host))
    return next(found, OTHER)


@cache
def _published() -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = Path(__file__).with_name("referrers.yml").read_text("utf-8")
    return tuple(
        (group["class"], re.compile(rf"(?:^|\.)(?:{'|'.join(group['hosts'])})$"))
        for group in yaml.safe_load(text)
    )


def _campaign_parameters(
    queries: pl.Series, encodings: Sequence[str]
) -> list[pl.Series]:
    # few requests have any, and five regular expressions cost as much as the line's
    places = queries.str.contains("utm_", literal=True).arg_true()
    with_some = queries.gather(places)
    clean = partial(clean_campaign_parameter, encodings=encodings)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(queries))
    return [
        nothing.scatter(
            places,
            replaced(with_some.str.extract(rf"(?:^|&){name}=([^&]*)"), "", clean),
        ).alias(name)
        for name in UTM
    ]
