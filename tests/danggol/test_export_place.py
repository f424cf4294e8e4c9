"""A folder has the old export or the new one, and says which is whole."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import fsspec
import pytest

from danggol.export_place import Place, PlaceError, write


@pytest.fixture(params=["a folder", "an object store"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The same of a file system here, and of one that has no folders."""
    if request.param == "a folder":
        yield Place.of(str(tmp_path / "out"))
        return
    memory = fsspec.filesystem("memory")
    yield Place("memory://out", memory, "/out")
    memory.store.clear()


def files(place: Place) -> dict[str, bytes]:
    return {
        path.rpartition("/")[2]: place.system.cat_file(path)
        for path in place.system.ls(place.path, detail=False)
    }


def rows(text: bytes) -> Callable[[IO[bytes]], int]:
    """Writes three rows."""

    def write_rows(file: IO[bytes]) -> int:
        file.write(text)
        return 3

    return write_rows


def test_a_file_comes_with_what_is_said_of_it_and_the_mark_that_it_is_whole(
    place: Place,
):
    written = write(place, "marts.csv", rows(b"abc"), {"as_of_date": "2026-03-01"})

    found = files(place)
    assert found.keys() == {"marts.csv", "manifest.json", "_SUCCESS"}
    assert found["marts.csv"] == b"abc"
    assert json.loads(found["manifest.json"]) == {
        "file": "marts.csv",
        "rows": 3,
        "sha256": hashlib.sha256(b"abc").hexdigest(),
        "as_of_date": "2026-03-01",
    }
    assert written.sha256 == hashlib.sha256(b"abc").hexdigest()


def test_the_mark_is_away_while_the_file_is_another_one(place: Place):
    write(place, "marts.csv", rows(b"old"), {})
    seen = {}

    def looked(path: str, *others: object, **more: object) -> None:
        seen[path.rpartition("/")[2]] = "_SUCCESS" in files(place)
        moved(path, *others, **more)

    moved = place.system.mv
    place.system.mv = looked
    try:
        write(place, "marts.csv", rows(b"new"), {})
    finally:
        place.system.mv = moved

    assert seen == dict.fromkeys(
        (".marts.csv.new", ".manifest.json.new", "._SUCCESS.new"), False
    )
    assert files(place)["marts.csv"] == b"new"


def test_an_export_that_breaks_leaves_the_one_before_whole(place: Place):
    write(place, "marts.csv", rows(b"old"), {})
    before = files(place)

    def breaks(file: IO[bytes]) -> int:
        file.write(b"half of it")
        raise OSError("the line is cut")

    with pytest.raises(OSError, match="cut"):
        write(place, "marts.csv", breaks, {})

    assert files(place) == before


def test_a_file_of_another_format_does_not_stay_beside_the_new_one(place: Place):
    write(place, "marts.csv", rows(b"old"), {})
    place.system.pipe_file(f"{place.path}/notes.txt", b"ours")

    write(
        place, "marts.xlsx", rows(b"new"), {}, replaced=["marts.csv", "marts.parquet"]
    )

    assert files(place).keys() == {
        *("marts.xlsx", "manifest.json", "_SUCCESS", "notes.txt")
    }


def test_a_path_and_its_url_are_one_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)

    asked = ("out", "./there/../out/", f"{tmp_path}/out", f"file://{tmp_path}/out/")

    assert {Place.of(each).name for each in asked} == {f"file://{tmp_path}/out"}
    assert Place.of("out").folder("marts").path == f"{tmp_path}/out/marts"


def test_a_path_may_have_spaces_and_marks_that_mean_something_in_urls(tmp_path: Path):
    place = Place.of(str(tmp_path / "고객 50% ?#"))

    write(place, "marts.csv", rows(b"abc"), {})

    assert (tmp_path / "고객 50% ?#" / "marts.csv").read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("https://example.com/out", r"cannot export to https://; wanted a folder, or"),
        ("s3n://bucket", r"file://, s3://, gs://, abfs://, sftp://$"),
        ("sftp://me:secret@host/out", "everybody on this machine can read a command"),
        ("s3://bucket?key=secret", "everybody on this machine can read a command"),
    ],
)
def test_what_cannot_be_written_to_says_what_can(target: str, told: str):
    with pytest.raises(PlaceError, match=told) as raised:
        Place.of(target)

    assert "secret@" not in str(raised.value)


def test_a_url_whose_package_is_missing_names_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("danggol.export_place.find_spec", lambda _name: None)

    with pytest.raises(PlaceError, match="pip install s3fs"):
        Place.of("s3://bucket/out")
