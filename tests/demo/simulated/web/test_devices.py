"""Devices: the same number is always the same one."""

import ipaddress

import numpy as np
import pytest

from demo.simulated.web import devices
from ingest.weblog.agents import AgentClassifier

VISITORS = np.arange(100_000)
NOBODY_OUT = np.zeros(len(VISITORS), dtype=bool)


def test_no_two_visitors_share_a_cookie() -> None:
    numbers = np.concatenate([VISITORS, -1 - VISITORS])

    assert devices.cookies(numbers).n_unique() == len(numbers)


def test_a_visitor_keeps_its_device_in_whatever_company_it_comes() -> None:
    one, other = np.array([5, 6, 7]), np.array([9, 5])

    assert devices.cookies(one)[0] == devices.cookies(other)[1]
    assert devices.agents(one)[0] == devices.agents(other)[1]
    assert devices.is_app(one)[0] == devices.is_app(other)[1]


def test_a_fifth_of_the_visitors_have_the_app() -> None:
    # five standard errors of a share of 0.2 among 100,000
    assert devices.is_app(VISITORS).mean() == pytest.approx(0.2, abs=0.0064)


def test_every_agent_is_taken_for_a_persons() -> None:
    marked = AgentClassifier().mark(devices.AGENTS.unique().to_frame("agent"))

    assert len(marked) == 13
    assert set(marked["kind"]) == {"human"}


def test_addresses_are_of_networks_that_nobody_has() -> None:
    at_home = devices.addresses(VISITORS, NOBODY_OUT)
    out = devices.addresses(VISITORS, ~NOBODY_OUT)
    shared = ipaddress.ip_network("100.64.0.0/10")
    benchmarks = ipaddress.ip_network("198.18.0.0/15")

    assert all(ipaddress.ip_address(each) in shared for each in at_home.unique())
    is_elsewhere = np.array([ipaddress.ip_address(each) in benchmarks for each in out])
    assert all(
        ipaddress.ip_address(each) in shared for each in out.filter(~is_elsewhere)
    )
    # seven of thirteen browsers are on telephones
    assert is_elsewhere.mean() == pytest.approx(7 / 13, abs=0.01)
