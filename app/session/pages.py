"""The pages of an SQLite file one by one, so that the whole ones outlive the damaged ones.

SQLite itself stops at the first page of a table that it can't read. Here every page is looked at
on its own, without the pages that point to it. Nothing is ever written.

Source: SQLite's file format, https://www.sqlite.org/fileformat2.html, sections 1.3 (header), 1.5
(list of free pages), 1.6 (pages of trees) and 2.1 (records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

Value = None | int | float | str | bytes

USUAL_SIZE: Final = 4096
"""Bytes of a page where the header can't say: SQLite's default, so that of every session."""
_HEADER_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\x00"
_SIZES: Final = {1 << power for power in range(9, 16)}
_INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # serial type: bytes
_MOST_BYTES: Final = 1 << 28  # of a row: more than any session has, so a length that is damaged


class Kind(IntEnum):
    """What a page is part of: its first byte."""

    INDEX_INTERIOR = 2
    TABLE_INTERIOR = 5
    INDEX_LEAF = 10
    TABLE_LEAF = 13


class Row(NamedTuple):
    """A row as it lies in a page.

    Attributes:
        rowid: of a table with row ids; None in indices and tables WITHOUT ROWID.
        values: column by column; a table's INTEGER PRIMARY KEY is None, since it is ``rowid``.
    """

    rowid: int | None
    values: tuple[Value, ...]


class Page(NamedTuple):
    """A page of a tree that holds rows.

    Attributes:
        number: from 1.
        kind: any but TABLE_INTERIOR, which holds no rows.
        rows: in the order of the tree; None where one can't be read.
    """

    number: int
    kind: Kind
    rows: list[Row | None]


class PageFile:
    """The pages of a file, however damaged. A context manager that closes.

    Raises OSError where the file can't be read.

    Attributes:
        page_size: bytes.
        count: of pages.
        cut_off: the file had more pages once.
        version: of the tables, ``user_version``; None where the header can't be read.
        overflow: pages that hold the rest of a long row, as far as rows were read.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        head = self._file.read(_HEADER_BYTES)
        size = int.from_bytes(head[16:18], "big") if head.startswith(_MAGIC) else 0
        size = 65536 if size == 1 else size
        self.page_size = size if size in _SIZES | {65536} else USUAL_SIZE
        reserved = head[20] if size == self.page_size else 0
        self._usable = self.page_size - (reserved if reserved <= 32 else 0)
        self._first_free = int.from_bytes(head[32:36], "big") if size == self.page_size else 0
        self.count = -(-self._file.seek(0, 2) // self.page_size)
        self.cut_off = size == self.page_size and self.count < int.from_bytes(head[28:32], "big")
        self.version = int.from_bytes(head[60:64], "big") if size == self.page_size else None
        self.overflow: set[int] = set()

    def bytes_of(self, number: int) -> bytes:
        """The page of this number, from 1; shorter, or empty, where the file ends before."""
        if not 1 <= number <= self.count:
            return b""
        self._file.seek((number - 1) * self.page_size)
        return self._file.read(self.page_size)

    def pages(self) -> Iterator[Page]:
        """Every page with rows that is in use, in the order of the file."""
        free = self._free()
        for number in range(1, self.count + 1):
            if number not in free and (page := self.page(number)) is not None:
                yield page

    def page(self, number: int) -> Page | None:
        """The rows of a page; None where it has none, or can't be read at all."""
        data = self.bytes_of(number)
        start = _HEADER_BYTES if number == 1 else 0
        if len(data) < self.page_size or data[start] not in set(Kind):
            return None
        kind = Kind(data[start])
        interior = kind in {Kind.INDEX_INTERIOR, Kind.TABLE_INTERIOR}
        first = start + (12 if interior else 8)
        count = int.from_bytes(data[start + 3 : start + 5], "big")
        if kind is Kind.TABLE_INTERIOR or first + 2 * count > self.page_size:
            return None
        places = struct.unpack_from(f">{count}H", data, first)
        return Page(number, kind, [self._row(kind, data, place) for place in places])

    def kind(self, number: int) -> Kind | None:
        """What this page may be part of, going by its first byte; None: of no tree."""
        data = self.bytes_of(number)
        if len(data) < self.page_size:
            return None
        first = data[_HEADER_BYTES if number == 1 else 0]
        return Kind(first) if first in set(Kind) else None

    def children(self, number: int) -> list[int]:
        """The pages below a page of a tree, in order: one before each row, and one after all."""
        data, start = self.bytes_of(number), _HEADER_BYTES * (number == 1)
        if data[start] in {Kind.INDEX_LEAF, Kind.TABLE_LEAF}:
            return []
        count = int.from_bytes(data[start + 3 : start + 5], "big")
        fits = start + 12 + 2 * count <= self.page_size
        places = struct.unpack_from(f">{count}H", data, start + 12) if fits else ()
        return [int.from_bytes(data[place : place + 4], "big") for place in (*places, start + 8)]

    def _row(self, kind: Kind, data: bytes, at: int) -> Row | None:
        """The row that begins at this byte; None where it can't be one."""
        rowid = None
        try:
            if kind is Kind.INDEX_INTERIOR:
                at += 4  # the page with what comes before
            size, at = _varint(data, at)
            if kind is Kind.TABLE_LEAF:
                rowid, at = _varint(data, at)
                rowid -= (rowid >> 63) << 64
            return Row(rowid, _values(self._payload(kind, data, at, size)))
        except (IndexError, ValueError, struct.error):
            return None

    def _payload(self, kind: Kind, data: bytes, at: int, size: int) -> bytes:
        """The bytes of a row, with those on pages of their own; ValueError where some are lost."""
        if size > _MOST_BYTES:
            raise ValueError("too long")
        usable = self._usable
        least = (usable - 12) * 32 // 255 - 23
        most = usable - 35 if kind is Kind.TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        here = size
        if size > most:
            here = least + (size - least) % (usable - 4)
            here = here if here <= most else least
        parts = [data[at : at + here]]
        if len(parts[0]) != here:
            raise ValueError("beyond the page")
        more = int.from_bytes(data[at + here : at + here + 4], "big")
        missing = size - here
        while missing > 0:
            page = self.bytes_of(more)
            part = page[4 : min(usable, 4 + missing)]
            if len(page) < 5 or not part:
                raise ValueError("the rest is lost")
            parts.append(part)
            self.overflow.add(more)
            more, missing = int.from_bytes(page[:4], "big"), missing - len(part)
        return b"".join(parts)

    def _free(self) -> set[int]:
        """Pages that are not in use, as far as the list of them can be read."""
        found: set[int] = set()
        trunk = self._first_free
        while 1 < trunk <= self.count and trunk not in found:
            found.add(trunk)
            data = self.bytes_of(trunk)
            count = min(int.from_bytes(data[4:8], "big"), (len(data) - 8) // 4)
            if count > 0:
                found.update(struct.unpack_from(f">{count}I", data, 8))
            trunk = int.from_bytes(data[:4], "big")
        return found

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, and where it ends; IndexError beyond the end."""
    value = 0
    for place in range(at, at + 8):
        byte = data[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9


def _values(payload: bytes) -> tuple[Value, ...]:
    """The columns of a record; ValueError or IndexError where it is none."""
    end, at = _varint(payload, 0)
    body, values = end, []
    while at < end:
        kind, at = _varint(payload, at)
        value, body = _value(payload, kind, body)
        values.append(value)
    if at != end or body != len(payload):
        raise ValueError("lengths don't fit")
    return tuple(values)


def _value(payload: bytes, kind: int, at: int) -> tuple[Value, int]:
    if kind in {0, 8, 9}:
        return (None, 0, 1)[max(0, kind - 7)], at
    if kind in {10, 11}:
        raise ValueError("a type that SQLite keeps for itself")
    size = _INTEGERS.get(kind, 8 if kind == 7 else (kind - 12) // 2)
    part = payload[at : at + size]
    if len(part) != size:
        raise ValueError("beyond the row")
    if kind == 7:
        return float(struct.unpack(">d", part)[0]), at + size
    if kind < 7:
        return int.from_bytes(part, "big", signed=True), at + size
    return (part if kind % 2 == 0 else part.decode("utf-8")), at + size
