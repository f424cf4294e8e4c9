"""Of a chain of addresses the visitor's is the rightmost that is no proxy of ours."""

from ipaddress import ip_network

import pytest

from ingest.weblog.addresses import visitor_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        pytest.param("198.51.100.9, 10.0.0.1", "198.51.100.9", id="one proxy"),
        pytest.param("203.0.113.5,10.1.1.1,10.0.0.1", "203.0.113.5", id="two proxies"),
        pytest.param(
            "1.2.3.4, 198.51.100.9, 10.0.0.1", "198.51.100.9", id="invented entry"
        ),
        pytest.param("10.9.9.9, 198.51.100.9", "198.51.100.9", id="no proxy at all"),
        pytest.param("198.51.100.9:51234, 10.0.0.1", "198.51.100.9", id="with a port"),
        pytest.param(
            "[2001:db8:2::7]:443, 2001:db8:1::1", "2001:db8:2::7", id="IPv6 and port"
        ),
        pytest.param("::ffff:198.51.100.9, 10.0.0.1", "198.51.100.9", id="mapped"),
        pytest.param("-,10.0.0.1", None, id="no header"),
        pytest.param("198.51.100.9, unknown, 10.0.0.1", None, id="no address"),
        pytest.param("10.0.0.2, 10.0.0.1", None, id="proxies only"),
    ],
)
def test_the_visitor_is_the_rightmost_that_is_no_proxy(chain, address):
    assert visitor_address(chain, PROXIES) == address
