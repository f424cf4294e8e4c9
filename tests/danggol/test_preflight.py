"""The preflight names what is wrong with a machine, and how to mend it."""

import base64
import hashlib
import shutil
import socket
import sys
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from danggol import preflight
from danggol.preflight import Check

GB = 1024**3
Usage = namedtuple("Usage", "total used free")


def make_wheel(folder: Path, name: str, version: str) -> str:
    """Make a wheel of an empty package; returns its line in a lock."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    files = {
        f"{name}.py": "",
        f"{name}-{version}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        ),
        f"{name}-{version}.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = []
    with zipfile.ZipFile(path, "w") as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)
            raw = hashlib.sha256(content.encode()).digest()
            text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
            record.append(f"{file},sha256={text},{len(content)}")
        record.append(f"{name}-{version}.dist-info/RECORD,,")
        wheel.writestr(f"{name}-{version}.dist-info/RECORD", "\n".join(record) + "\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Folder that is pip's only index."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()
    return tmp_path / "wheels"


def test_this_machine_can_run_the_tests_so_python_and_ports_pass() -> None:
    assert preflight.check_python().remedy == ""
    assert preflight.check_loopback().remedy == ""


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 13, 0)])
def test_an_unsupported_python_is_told_what_is_wanted(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)

    check = preflight.check_python()

    assert "wanted 3.12 or 3.11" in check.seen
    assert "make install PYTHON=" in check.remedy


def test_debian_without_venv_is_told_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(sys, "version_info", (3, 11, 2))

    check = preflight.check_python()

    assert "without ensurepip" in check.seen
    assert "apt install python3.11-venv" in check.remedy


@pytest.mark.parametrize(
    ("memory", "passes"),
    [
        pytest.param(2 * GB, False, id="too little"),
        pytest.param(int(3.8 * GB), True, id="what a machine of 4 GB shows"),
    ],
)
def test_memory_is_held_against_four_gigabytes(
    monkeypatch: pytest.MonkeyPatch, memory: int, passes: bool
) -> None:
    monkeypatch.setattr("runpy.run_path", lambda _: {"memory_bytes": lambda: memory})

    check = preflight.check_memory()

    assert (check.remedy == "") is passes
    assert f"{memory / GB:.1f} GB" in check.seen


def test_a_full_disk_is_told_what_is_free_and_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(GB, GB, GB // 10))

    check = preflight.check_disk()

    assert "0.1 GB free" in check.seen
    assert "wanted" in check.seen
    assert "DANGGOL_HOME" in check.remedy


def test_a_forbidden_loopback_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(99, "Cannot assign requested address")

    monkeypatch.setattr(socket, "create_server", refuse)

    check = preflight.check_loopback()

    assert "Cannot assign requested address" in check.seen
    assert "ip link set lo up" in check.remedy


def test_an_index_that_has_the_package_passes(
    monkeypatch: pytest.MonkeyPatch, offline: Path, tmp_path: Path
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(make_wheel(offline, preflight.PROBE, "99.0"))
    monkeypatch.setattr(preflight, "LOCK", lock)

    check = preflight.check_index()

    assert check == Check("Package index", "answers; about 380 MB to download")


@pytest.mark.usefixtures("offline")
def test_an_index_out_of_reach_is_told_what_pip_says_and_what_to_set() -> None:
    check = preflight.check_index()

    assert "No matching distribution found" in check.seen
    assert "HTTPS_PROXY" in check.remedy
    assert "PIP_INDEX_URL" in check.remedy


def test_the_probe_is_in_the_lock_with_its_hashes() -> None:
    lines = preflight.requirement(preflight.LOCK.read_text(), preflight.PROBE)

    first, *hashes = lines.splitlines()
    assert first.startswith("six==")
    assert hashes
    assert all("--hash=sha256:" in line for line in hashes)


def test_every_failure_is_listed_and_the_exit_code_is_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Check("Memory", "1.0 GB; wanted 4 GB", "Use a larger machine.")
    monkeypatch.setattr(preflight, "check_memory", lambda: bad)
    monkeypatch.setattr(preflight, "check_disk", lambda: bad._replace(name="Disk"))

    code = preflight.main(installed=True)

    printed = capsys.readouterr().out
    assert code == 1
    assert "2. Memory         FAILED  1.0 GB; wanted 4 GB" in printed
    assert "3. Disk           FAILED" in printed
    assert "2 of 4 checks failed" in printed
