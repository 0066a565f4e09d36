"""What the pages of a session file tell without the first one, which says what the file is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.session import schema
from app.session.pages import Kind, PageFile
from app.session.salvage import holds_rows

_LOOKS: Final = 4096
"""Pages, 16 MB: whoever takes a film for a session shall not wait for all of it."""
_TREES: Final = len(schema.TABLES) + 2
"""SQLite adds a table that counts the markers ever made and an index of the stages' names."""


def remains(path: Path) -> bool:
    """Whether rows of a session lie in a file; OSError where it can't be read."""
    with PageFile(path) as file:
        pages = map(file.page, range(1, min(file.count, _LOOKS) + 1))
        return any(page is not None and holds_rows(page) for page in pages)


def only_the_list_is_lost(file: PageFile) -> bool:
    """Whether the first page, with the list of tables, is the only one that can't be read.

    The tables are known without it, so nothing of them is missing then: every page has its place
    in a tree, and there is a tree for each table of ``schema.VERSION``. Of older files, and of
    those with pages that are not in use, it can't be said.

    Args:
        file: all rows of which were read before, so that ``file.overflow`` is known.
    """
    trees: set[int] = set()
    below: set[int] = set()
    for number in set(range(2, file.count + 1)) - file.overflow:
        page = file.page(number)
        if page is None and file.kind(number) is not Kind.TABLE_INTERIOR:
            return False
        if page is not None and None in page.rows:
            return False
        trees.add(number)
        below.update(file.children(number))
    return below <= trees and len(trees - below) == _TREES
