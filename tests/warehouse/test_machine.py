"""Memory is what the control groups leave of the machine's."""

from pathlib import Path

from warehouse.machine import memory_bytes


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_without_control_groups_it_is_the_machines(tmp_path: Path) -> None:
    machine = int(Path("/proc/meminfo").read_text().split()[1]) * 1024

    assert memory_bytes(tmp_path) == machine


def test_the_tightest_group_around_us_counts(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "0::/limited/job\n")
    write(tmp_path / "sys/fs/cgroup/limited/job/memory.max", "max\n")
    write(tmp_path / "sys/fs/cgroup/limited/memory.max", "104857600\n")

    assert memory_bytes(tmp_path) == 104_857_600


def test_a_container_sees_its_own_group_as_the_root(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "0::/docker/abc\n")
    write(tmp_path / "sys/fs/cgroup/memory.max", "104857600\n")

    assert memory_bytes(tmp_path) == 104_857_600


def test_the_first_kind_of_control_group_counts_too(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/x\n")
    folder = tmp_path / "sys/fs/cgroup/memory/x"
    write(folder / "memory.limit_in_bytes", "104857600\n")

    assert memory_bytes(tmp_path) == 104_857_600
