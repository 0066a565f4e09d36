"""Brings session files of older versions up to date."""

from __future__ import annotations

from app.session import schema
from app.session.database import Database
from app.session.edits import USER, Edit, Name, pack


def names_of_version_1(db: Database) -> list[Edit]:
    """The names of a file of version 1, as entries of a log."""
    rows = db.all("SELECT track, name FROM student ORDER BY track")
    return [
        Edit(number, "", Name(track, name), USER)
        for number, (track, name) in enumerate(rows, start=1)
    ]


def migrate(db: Database) -> None:
    """Make the tables those of ``schema.VERSION``; within a transaction of the caller's."""
    if db.version == 1:
        names = names_of_version_1(db)
        for statement in schema.FROM_1:
            db.execute(statement)
        for edit in names:
            insert_edit(db, edit)
    if db.version == 2:
        for statement in schema.FROM_2:
            db.execute(statement)
    if db.version == 3:
        for statement in schema.FROM_3:
            db.execute(statement)


def insert_edit(db: Database, edit: Edit) -> None:
    """Add a row to table ``edit``."""
    db.execute(
        "INSERT INTO edit (number, time, kind, payload, origin, undone) VALUES (?, ?, ?, ?, ?, ?)",
        edit.number,
        edit.time,
        *pack(edit.change),
        edit.origin,
        edit.undone,
    )
