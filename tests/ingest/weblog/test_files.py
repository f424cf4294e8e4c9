"""Files break in many ways; every line before the break is given, once."""

import gzip
import hashlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.weblog.files import LINE_LIMIT, LineBlock, LogReader

LINES = [b"line %05d, %s" % (n, hashlib.sha256(b"%d" % n).digest().hex().encode())
         for n in range(1, 5001)]  # fmt: skip
TEXT = b"".join(line + b"\n" for line in LINES)


def lines_of(blocks: list[LineBlock]) -> list[bytes]:
    return [block.line(index) for block in blocks for index in range(len(block))]


def read_bytes(folder: Path, content: bytes, block_bytes: int = 4096) -> LogReader:
    path = folder / "access.log"
    path.write_bytes(content)
    return LogReader(path, block_bytes)


def zstd(text: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packing:
        packing.write(text)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(lambda text: text, id="plain"),
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(
            lambda text: gzip.compress(text[:7777]) + gzip.compress(text[7777:]),
            id="two gzip members, the cut within a line",
        ),
        pytest.param(
            lambda text: gzip.compress(text) + bytes(512), id="padded with zeros"
        ),
        pytest.param(lambda text: zstd(text), id="zstd"),
        pytest.param(
            lambda text: zstd(text[:7777]) + zstd(text[7777:]),
            id="two zstd frames, the cut within a line",
        ),
    ],
)
def test_all_lines_are_given_however_they_are_packed(tmp_path, pack):
    reader = read_bytes(tmp_path, pack(TEXT))

    assert lines_of(list(reader)) == LINES
    assert reader.problem is None
    assert reader.line_count == 5000


def test_a_truncated_gzip_gives_the_lines_before_the_cut_and_says_so(tmp_path):
    packed = gzip.compress(TEXT)
    reader = read_bytes(tmp_path, packed[: len(packed) // 2])

    blocks = list(reader)

    assert blocks[-1].is_unfinished
    whole = lines_of(blocks)[:-1]
    assert whole == LINES[: len(whole)]
    assert 2000 < len(whole) < 3000
    assert reader.problem == "gzip data break off before their end"


def test_a_truncated_zstd_gives_the_lines_before_the_cut_and_says_so(tmp_path):
    packed = zstd(TEXT)
    reader = read_bytes(tmp_path, packed[: len(packed) // 2])

    whole = lines_of(list(reader))[:-1]

    assert whole == LINES[: len(whole)]
    assert 1000 < len(whole) < 3000  # what follows is in a block that was cut
    assert reader.problem == "zstd data are damaged, or break off before their end"


@pytest.mark.parametrize("missing", [1, 8])
def test_a_gzip_that_lacks_only_its_check_sum_counts_as_cut(tmp_path, missing):
    reader = read_bytes(tmp_path, gzip.compress(TEXT)[:-missing])

    assert lines_of(list(reader)) == LINES
    assert reader.problem == "gzip data break off before their end"


def test_a_damaged_gzip_gives_the_lines_before_the_damage(tmp_path):
    packed = bytearray(gzip.compress(TEXT))
    middle = len(packed) // 2
    packed[middle : middle + 64] = b"\xff" * 64
    reader = read_bytes(tmp_path, bytes(packed))

    given_lines = lines_of(list(reader))

    assert given_lines[:2000] == LINES[:2000]
    assert "damaged" in reader.problem


def test_a_wrong_check_sum_is_damage(tmp_path):
    packed = bytearray(gzip.compress(TEXT))
    packed[-8] ^= 1
    reader = read_bytes(tmp_path, bytes(packed))

    assert lines_of(list(reader))[:4990] == LINES[:4990]
    assert "damaged" in reader.problem


def test_bytes_behind_the_gzip_data_are_named(tmp_path):
    reader = read_bytes(tmp_path, gzip.compress(TEXT) + b"more, unpacked\n")

    assert lines_of(list(reader)) == LINES
    assert reader.problem == "other bytes follow the end of the gzip data"


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["plain", "gzip"])
def test_an_empty_file_has_no_lines_and_no_problem(tmp_path, content):
    reader = read_bytes(tmp_path, content)

    assert list(reader) == []
    assert (reader.line_count, reader.file_hash, reader.problem) == (0, None, None)
    assert reader.size_bytes == len(content)


def test_a_file_that_is_not_there_is_named_and_does_not_raise(tmp_path):
    reader = LogReader(tmp_path / "gone.log")

    assert list(reader) == []
    assert reader.problem == "cannot be read: No such file or directory"


def test_an_unknown_packing_is_named_and_not_read_as_lines(tmp_path):
    reader = read_bytes(tmp_path, b"\xfd7zXZ\x00" + TEXT)

    assert list(reader) == []
    assert reader.problem == "is packed with xz; gzip, zstd or plain wanted"


@given(
    content=st.lists(st.sampled_from([b"\n", b"\r\n", b"a", b"\0", b"\xff", b"# x"]))
    .map(b"".join),
    block_bytes=st.integers(1, 9),
)  # fmt: skip
def test_any_bytes_in_blocks_of_any_size_are_their_lines(
    tmp_path_factory, content, block_bytes
):
    blocks = list(read_bytes(tmp_path_factory.mktemp("logs"), content, block_bytes))

    expected = content.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert lines_of(blocks) == [line.rstrip(b"\r") for line in expected]
    numbers = [b.first_line_number + i for b in blocks for i in range(len(b))]
    assert numbers == list(range(1, len(expected) + 1))


@pytest.mark.parametrize("block_bytes", [1 << 16, 1 << 20, 64 << 20])
def test_of_a_very_long_line_only_a_start_is_kept(tmp_path, block_bytes):
    content = b"before\n" + b"x" * (10 << 20) + b"\nafter\n"
    reader = read_bytes(tmp_path, content, block_bytes)

    blocks = list(reader)

    before, long_line, after = lines_of(blocks)
    assert (before, after) == (b"before", b"after")
    assert long_line == b"x" * (LINE_LIMIT + 1)
    if block_bytes < LINE_LIMIT:
        assert max(len(block.data) for block in blocks) <= LINE_LIMIT + 2


def test_a_gzip_bomb_is_unpacked_piece_by_piece(tmp_path):
    reader = read_bytes(tmp_path, gzip.compress(bytes(64 << 20)), 1 << 20)

    assert sum(len(block.data) for block in reader) == LINE_LIMIT + 1


class TestIdentity:
    """One name for a file under any name, packing and length."""

    first = b'203.0.113.7 - - [05/Dec/2017:14:03:09 -0500] "GET / HTTP/1.1" 200 1'
    expected = hashlib.sha256(first).hexdigest()[:32]

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(first + b"\n", id="plain"),
            pytest.param(first + b"\r\nsecond\r\n", id="carriage returns, grown"),
            pytest.param(gzip.compress(first + b"\n"), id="gzip"),
            pytest.param(zstd(first + b"\n"), id="zstd"),
            pytest.param(b"#Version: 1.0\n\n#Fields: a b\n" + first, id="header"),
        ],
    )
    def test_it_is_the_hash_of_the_first_request_line(self, tmp_path, content):
        reader = read_bytes(tmp_path, content, block_bytes=8)
        list(reader)

        assert reader.file_hash == self.expected

    def test_another_first_line_is_another_file(self, tmp_path):
        reader = read_bytes(tmp_path, b" " + self.first)
        list(reader)

        assert reader.file_hash != self.expected
