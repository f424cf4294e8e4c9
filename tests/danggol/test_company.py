"""A company's YAML: what it may say, and how a mistake is told."""

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from danggol.company import CompanyError, company_file, is_demo, load_company
from danggol.settings import PROJECT, Settings

ENTITIES = {
    "customers": {"mode": "full", "query": "select 1"},
    "orders": {"mode": "incremental", "stamp": "updated_at", "query": "select 1"},
    "order_lines": {"mode": "append", "stamp": "created_at", "query": "select 1"},
}
COMPANY: dict[str, Any] = {
    "code": "haneul",
    "name": "Haneul Mart",
    "currency_code": "KRW",
    "time_zone": "Asia/Seoul",
    "history_first_date": date(2024, 1, 1),
    "history_last_date": date(2024, 2, 26),
    "shop": {"url_env": "HANEUL_SHOP_URL", "entities": ENTITIES},
}
WEBLOG = {"files": "access.log", "format": "nginx_combined"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(company="haneul", danggol_home=tmp_path)


def write(settings: Settings, text: str | bytes) -> Path:
    settings.home.mkdir()
    file = settings.home / "company.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def shop(**entities: object) -> dict[str, object]:
    told = {name: spec for name, spec in (ENTITIES | entities).items() if spec}
    return {"shop": COMPANY["shop"] | {"entities": told}}


def test_a_company_without_extras_is_read(settings: Settings):
    write(settings, yaml.safe_dump(COMPANY))

    company = load_company(settings)

    assert company.settings.rfm_window_days == 365
    assert company.first_anchor_date == date(2024, 2, 1)
    assert company.weblog is None
    assert not is_demo(settings)


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"curency_code": "KRW"}, "curency_code", "Extra inputs"),
        ({"name": None}, "name", "valid string"),
        ({"currency_code": "won"}, "currency_code", "pattern"),
        ({"code": "Haneul Mart"}, "code", "pattern"),
        ({"time_zone": "Seoul"}, "company", "'Seoul' is not an IANA name"),
        ({"time_zone": "../../etc/passwd"}, "company", "not an IANA name"),
        (
            {"history_last_date": date(2023, 12, 31)},
            "company",
            "history_last_date lies before history_first_date",
        ),
        (
            {"last_date": date(2024, 1, 31)},
            "company",
            "last_date lies before history_last_date",
        ),
        ({"history_first_date": "soon"}, "history_first_date", "valid date"),
        ({"settings": {"rfm_window_days": 0}}, "settings.rfm_window_days", "greater"),
        ({"settings": {"yearly_rate": 10}}, "settings.yearly_rate", "less than or"),
        ({"settings": {"window": 1}}, "settings.window", "Extra inputs"),
        (shop(orders=None), "shop", r"without a query: \['orders'\]"),
        (shop(invoices=ENTITIES["orders"]), "shop", r"unknown entities \['invoices'\]"),
        (
            shop(orders={"mode": "incremental", "query": "select 1"}),
            "shop.entities.orders",
            "'incremental' needs a stamp column",
        ),
        (
            shop(orders={"mode": "full", "stamp": "at", "query": "select 1"}),
            "shop.entities.orders",
            "'full' has no stamp",
        ),
        (shop(orders={"mode": "full"}), "shop.entities.orders.query", "required"),
        ({"weblog": WEBLOG | {"format": "iis"}}, "weblog", "'iis' unknown"),
        (
            {"weblog": WEBLOG | {"pages": [{"code": "home", "path": "["}]}},
            "weblog.pages.0.path",
            "not a regular expression",
        ),
    ],
    ids=str,
)
def test_a_mistake_is_told_with_its_place(
    settings: Settings, change: dict[str, object], place: str, reason: str
):
    file = write(settings, yaml.safe_dump(COMPANY | change))

    with pytest.raises(CompanyError, match=rf"(?m)^  {place}: .*{reason}") as told:
        load_company(settings)

    assert str(told.value).startswith(f"{file}:\n")


def test_every_mistake_is_told_at_once(settings: Settings):
    write(settings, yaml.safe_dump(COMPANY | {"name": None, "currency_code": "won"}))

    with pytest.raises(CompanyError, match=r"(?s)name: .*currency_code: "):
        load_company(settings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("- a\n- list\n", id="a list"),
        pytest.param("code: [haneul\n", id="not YAML"),
        pytest.param("history_first_date: 2024-13-01\n", id="a day that never was"),
        pytest.param(b"name: \xff\xfe\n", id="not UTF-8"),
        pytest.param("name: !!python/object:os.system {}\n", id="a foreign object"),
    ],
)
def test_a_file_that_is_no_company_is_named(settings: Settings, text: str | bytes):
    file = write(settings, text)

    with pytest.raises(CompanyError) as told:
        load_company(settings)

    assert str(told.value).startswith(f"{file}:\n")


def test_what_a_mistake_says_leaves_out_the_value(settings: Settings):
    change = {"shop": COMPANY["shop"] | {"url": "postgresql://a:Geheimnis@b/c"}}
    write(settings, yaml.safe_dump(COMPANY | change))

    with pytest.raises(CompanyError, match=r"shop\.url: ") as told:
        load_company(settings)

    assert "Geheimnis" not in str(told.value)


def test_a_yaml_of_another_company_is_refused(settings: Settings):
    write(settings, yaml.safe_dump(COMPANY | {"code": "other"}))

    with pytest.raises(CompanyError, match="code is 'other', wanted 'haneul'"):
        load_company(settings)


def test_a_company_that_is_not_there_is_told_where_to_write_it(settings: Settings):
    with pytest.raises(CompanyError, match="no company 'haneul': write") as told:
        load_company(settings)

    assert str(settings.home / "company.yml") in str(told.value)


def test_the_home_wins_over_the_demo(tmp_path: Path):
    settings = Settings(company="complete_journey", danggol_home=tmp_path)
    shipped = PROJECT / "demo" / "complete_journey" / "company.yml"
    assert company_file(settings) == shipped

    settings.home.mkdir()
    (settings.home / "company.yml").write_bytes(shipped.read_bytes())

    assert company_file(settings) == settings.home / "company.yml"
    assert load_company(settings).is_synthetic
    assert is_demo(settings)


def test_what_dbt_is_given_can_be_written_as_json(settings: Settings):
    write(settings, yaml.safe_dump(COMPANY))

    told = json.loads(json.dumps(load_company(settings).dbt_vars()))

    assert told["time_zone"] == "Asia/Seoul"
    assert told["first_anchor_date"] == "2024-02-01"
    assert told["margin_rate"] is None


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=12)
    | st.sampled_from(
        ["select 1", "full", "aws_alb", "%h %t", "$status", "(", "07:00"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(told: object, *before: object) -> list[tuple[object, ...]]:
    """Where something stands in a company's YAML, from the top."""
    inner = told.items() if isinstance(told, dict) else ()
    return [
        before,
        *(each for key, value in inner for each in places(value, *before, key)),
    ]


WHOLE = COMPANY | {
    "weblog": WEBLOG
    | {
        "format": "nginx_main",
        "client_address": "http_x_forwarded_for",
        "trusted_proxies": ["10.0.0.0/8"],
        "pages": [{"code": "home", "path": "^/$"}],
    },
    "settings": {"rfm_window_days": 365},
    "retention": {"raw_days": 400},
    "publish_by": "07:00",
}


@given(place=st.sampled_from(places(WHOLE)[1:]), value=anything)
@hypothesis_settings(deadline=None, max_examples=300)
def test_whatever_stands_somewhere_is_taken_or_its_place_is_named(
    place: tuple[Any, ...], value: object, tmp_path_factory: pytest.TempPathFactory
):
    told = copy.deepcopy(WHOLE)
    *above, last = place
    inner: Any = told
    for key in above:
        inner = inner[key]
    inner[last] = value
    chosen = Settings(company="haneul", danggol_home=tmp_path_factory.mktemp("homes"))
    file = write(chosen, yaml.safe_dump(told))

    said = what_is_said_of(chosen).removeprefix(f"{file}:")
    assert not said or re.match(rf"\s+({place[0]}\b|company:)", said)


def what_is_said_of(settings: Settings) -> str:
    try:
        load_company(settings)
    except CompanyError as error:
        return str(error)
    return ""


@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@hypothesis_settings(deadline=None, max_examples=200)
def test_a_file_of_anything_is_no_company_and_says_so(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
):
    chosen = Settings(company="haneul", danggol_home=tmp_path_factory.mktemp("homes"))
    file = write(chosen, content)

    with pytest.raises(CompanyError, match=re.escape(str(file))):
        load_company(chosen)
