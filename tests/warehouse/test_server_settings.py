"""The server's memory fits the machine."""

import pytest

from warehouse.server_settings import as_file, fitted_settings

GB = 1024**3


@pytest.mark.parametrize(
    ("memory", "shared_buffers", "work_mem"),
    [
        pytest.param(1 * GB, "128MB", "16MB", id="the least"),
        pytest.param(6 * GB, "768MB", "32MB", id="the machine of the README"),
        pytest.param(512 * GB, "4096MB", "128MB", id="the most"),
    ],
)
def test_memory_settings_grow_with_the_machine_within_limits(
    memory: int, shared_buffers: str, work_mem: str
) -> None:
    settings = fitted_settings(memory, port=20_000, name="company")

    assert settings["shared_buffers"] == shared_buffers
    assert settings["work_mem"] == work_mem


def test_nothing_that_makes_a_commit_durable_is_set() -> None:
    settings = fitted_settings(6 * GB, port=20_000, name="company")

    assert {"fsync", "synchronous_commit", "full_page_writes"}.isdisjoint(settings)


def test_the_file_has_a_line_for_each_setting() -> None:
    assert as_file({"port": "5", "jit": "off"}).splitlines()[1:] == [
        "port = '5'",
        "jit = 'off'",
    ]
