"""A wrong YAML is told what is wrong before anything is read."""

import pytest
from pydantic import ValidationError

from ingest.weblog.source import WeblogSource

GOOD = {"files": "access.log*", "format": "nginx_combined_cookie_login"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            {"format": "iis"},
            "format 'iis' unknown: apache_combined, apache_common",
            id="format",
        ),
        pytest.param(
            {"client_address": "x_forwarded_for"},
            "client_address 'x_forwarded_for' is not in format "
            "nginx_combined_cookie_login: remote_addr",
            id="client address",
        ),
        pytest.param(
            {"format": "%h %l %u %t %>s %b"},
            "lacks $request",
            id="directive without a request",
        ),
        pytest.param(
            {"format": "nginx_main", "client_address": "http_x_forwarded_for"},
            "client_address http_x_forwarded_for and trusted_proxies go together",
            id="forwarded by anybody",
        ),
        pytest.param(
            {"trusted_proxies": ["10.0.0.300/8"]}, "trusted_proxies", id="no network"
        ),
        pytest.param(
            {"trusted_proxies": [True]}, "True is no network such as", id="a truth"
        ),
        pytest.param(
            {"visitor_cookie": "sid"},
            "visitor_cookie has nothing to choose from",
            id="cookie without header",
        ),
        pytest.param(
            {"format": "nginx_combined_cookies_login"},
            "visitor_cookie must name the one to keep",
            id="header without cookie",
        ),
        pytest.param(
            {"pages": [{"code": "product", "path": "^/p/("}]},
            "is not a regular expression",
            id="regular expression",
        ),
        pytest.param(
            {"pages": [{"code": "product", "path": "^/p/(?=x)"}]},
            "without look-around",
            id="look-around",
        ),
        pytest.param(
            {"pages": [{"code": "product", "path": "^/p/(?P<sku>.*)"}]},
            "path captures sku; known: order_id, product_id, search_term",
            id="capture",
        ),
        pytest.param(
            {
                "pages": [
                    {
                        "code": "order_done",
                        "path": "^/o/(?P<order_id>.+)$",
                        "order_param": "no",
                    }
                ]
            },
            "order_id is both in path and in a parameter",
            id="an order told twice",
        ),
        pytest.param(
            {"pages": [{"code": "other", "path": "^/"}]},
            "code 'other' is for pages that no rule names",
            id="reserved code",
        ),
        pytest.param(
            {"agents": [{"kind": "robot", "name": "x", "pattern": "x"}]},
            "Input should be 'human', 'app', 'crawler'",
            id="kind",
        ),
        pytest.param({"colour": "red"}, "colour", id="unknown setting"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    with pytest.raises(ValidationError) as refusal:
        WeblogSource.model_validate(GOOD | change)
    assert message in str(refusal.value)


def test_files_are_found_by_name_relative_to_the_home(tmp_path):
    for name in ("access.log.2.gz", "access.log", "error.log"):
        (tmp_path / name).touch()
    (tmp_path / "access.log.d").mkdir()

    found = WeblogSource.model_validate(GOOD).find_files(tmp_path)

    assert [path.name for path in found] == ["access.log", "access.log.2.gz"]


def test_an_absolute_glob_stays_absolute(tmp_path):
    (tmp_path / "access.log").touch()
    source = WeblogSource.model_validate(GOOD | {"files": f"{tmp_path}/*.log"})

    assert source.find_files(tmp_path / "elsewhere") == [tmp_path / "access.log"]


def test_no_file_is_no_error(tmp_path):
    assert WeblogSource.model_validate(GOOD).find_files(tmp_path) == []
