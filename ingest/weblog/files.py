"""Files of lines, gzip, zstd or plain, in blocks that end at line ends.

Only bytes are known here. A file of any size, a line of any length and a gzip bomb
take bounded memory; a file that breaks off gives every line before the break.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

LINE_LIMIT = 1 << 20  # bytes; no server writes longer lines by itself
BLOCK_BYTES = 16 << 20  # larger ones are hardly faster, and take more memory
_READ_BYTES = 1 << 16
_PIECE_BYTES = 4 << 20  # decompressed at once, so that a gzip bomb stays small
_NEWLINE = 10

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_OTHER_PACKERS = {
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"PK\x03\x04": "zip",
}


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Consecutive lines of one file.

    Parameters
    ----------
    data : bytes
        Line `i` is ``data[offsets[i]:offsets[i + 1]]``, its line end included. Of a
        line longer than `LINE_LIMIT` at least the first ``LINE_LIMIT + 1`` bytes.
    offsets : ndarray of shape (n_lines + 1,)
    first_line_number : int
        Number of line 0 in the file, from 1.
    is_unfinished : bool
        Whether the last line lacks its line end.
    """

    data: bytes
    offsets: NDArray[np.int64]
    first_line_number: int
    is_unfinished: bool = False

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def line(self, index: int) -> bytes:
        """One line without its line end, at most ``LINE_LIMIT + 1`` bytes of it."""
        start, end = self.offsets[index], self.offsets[index + 1]
        return self.data[start : min(end, start + LINE_LIMIT + 1)].rstrip(b"\r\n")


def is_ignored(line: bytes) -> bool:
    """Whether a line is blank or a header comment: no request was meant."""
    return line.startswith(b"#") or not line.strip()


class LogReader:
    """Blocks of lines of one file, and what was found out on the way.

    Attributes
    ----------
    problem : str or None
        Why the file could not be read to its end; known after the last block.
    file_hash : str or None
        Identity of the file under any name or packing: first 128 bits of the SHA-256
        of its first request line, in hexadecimal. None before that line was met.
    line_count : int
        Lines given so far.
    size_bytes : int
        As it lay on the disk when it was opened.
    modified_at : datetime or None
        Its stamp when it was opened; what came later changes both.
    """

    def __init__(self, path: Path, block_bytes: int = BLOCK_BYTES) -> None:
        self.path = path
        self.block_bytes = block_bytes
        self.problem: str | None = None
        self.file_hash: str | None = None
        self.line_count = 0
        self.size_bytes = 0
        self.modified_at: datetime | None = None

    def __iter__(self) -> Iterator[LineBlock]:
        for text in self._whole_lines():
            newlines = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE) + 1
            is_unfinished = not text.endswith(b"\n")
            ends = [len(text)] if is_unfinished else []
            offsets = np.concatenate(([0], newlines, ends)).astype(np.int64)
            block = LineBlock(text, offsets, self.line_count + 1, is_unfinished)
            self.line_count += len(block)
            if self.file_hash is None:
                self.file_hash = _identity(block)
            yield block

    def _whole_lines(self) -> Iterator[bytes]:
        """Texts of about `block_bytes` that end at a line end, but for the last."""
        gathered: list[bytes] = []
        size = 0
        long_line: bytes | None = None  # the start of a line that is being skipped
        for piece in self._pieces():
            if long_line is not None:
                _, newline, piece = piece.partition(b"\n")
                if not newline:
                    continue
                yield long_line + b"\n"
                long_line = None
            gathered.append(piece)
            size += len(piece)
            if size < self.block_bytes:
                continue
            text = b"".join(gathered)
            end = text.rfind(b"\n") + 1
            if end:
                yield text[:end]
            elif size > LINE_LIMIT:
                long_line, end = text[: LINE_LIMIT + 1], size
            gathered = [text[end:]]
            size -= end
        if long_line is not None:
            yield long_line
        elif rest := b"".join(gathered):
            yield rest

    def _pieces(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as stream:
                status = self._status(stream)
                self.size_bytes = status.st_size
                self.modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
                start = stream.read(6)
                stream.seek(0)
                if start.startswith(_GZIP):
                    yield from self._unpacked(stream)
                    return
                if start.startswith(_ZSTD):
                    yield from self._unpacked_zstd()
                    return
                for magic, packer in _OTHER_PACKERS.items():
                    if start.startswith(magic):
                        self.problem = (
                            f"is packed with {packer}; gzip, zstd or plain wanted"
                        )
                        return
                while piece := stream.read(_PIECE_BYTES):
                    yield piece
        except OSError as error:
            self.problem = f"cannot be read: {error.strerror or type(error).__name__}"

    def _status(self, stream: BinaryIO) -> os.stat_result:
        if isinstance(self.path, Path):
            return os.fstat(stream.fileno())  # of the very file that was opened
        return self.path.stat()

    def _unpacked(self, stream: BinaryIO) -> Iterator[bytes]:
        """Text of all members of a gzip file, as far as it goes."""
        member = zlib.decompressobj(wbits=31)
        packed = b""
        while packed := packed or stream.read(_READ_BYTES):
            before = member.copy()
            try:
                piece = member.decompress(packed, _PIECE_BYTES)
            except zlib.error:
                yield from _until_damage(before, packed)
                self.problem = f"gzip data are damaged near byte {stream.tell()}"
                return
            yield piece
            packed = member.unconsumed_tail
            if member.eof:
                packed = member.unused_data or stream.read(_READ_BYTES)
                if not packed.startswith(_GZIP[: len(packed)]):
                    if packed.strip(b"\0"):  # zeros are a tape's or a disk's padding
                        self.problem = "other bytes follow the end of the gzip data"
                    return
                if not packed:
                    return
                member = zlib.decompressobj(wbits=31)
        # The last bytes were taken in; part of what they said may still be inside.
        while piece := member.decompress(b"", _PIECE_BYTES):
            yield piece
        if not member.eof:
            self.problem = "gzip data break off before their end"

    def _unpacked_zstd(self) -> Iterator[bytes]:
        """Text of all frames of a zstd file, as far as it goes."""
        given = 0
        for size in (_PIECE_BYTES, 1):  # by bytes, to have what is before the damage
            with (
                self.path.open("rb") as packed,
                pa.CompressedInputStream(
                    pa.PythonFile(packed, mode="r"), "zstd"
                ) as frames,
            ):
                try:
                    _skip(frames, given)
                    while piece := frames.read(size):
                        given += len(piece)
                        yield piece
                except OSError:
                    continue
            return
        self.problem = "zstd data are damaged, or break off before their end"


def _skip(frames: pa.CompressedInputStream, count: int) -> None:
    while count > 0:
        count -= len(frames.read(min(count, _PIECE_BYTES)))


def _until_damage(member: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """What a damaged stretch still gives, byte by byte, up to the damage."""
    for each in packed:
        try:
            yield member.decompress(bytes((each,)))
        except zlib.error:
            return


def _identity(block: LineBlock) -> str | None:
    for index in range(len(block)):
        line = block.line(index)
        if not is_ignored(line):
            return hashlib.sha256(line).hexdigest()[:32]
    return None
