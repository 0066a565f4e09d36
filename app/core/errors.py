"""Errors that reach the user as one clear line."""

from __future__ import annotations


class RoomreadError(Exception):
    """Something the user can act on.

    The message is one line: what is wrong, then what to do. The command line prints it
    without a traceback and the window shows it as it is.
    """


class SourceError(RoomreadError):
    """A video or camera that can't be opened or read."""


class TruncatedSourceError(SourceError):
    """A recording that ends before its own header says it should.

    Raised after the last readable frame was delivered, so what was read is kept.
    """


class ModelError(RoomreadError):
    """A model file or card that is missing, damaged or does not match its partner."""


class SessionError(RoomreadError):
    """A session file that can't be created, opened or written."""


class EditError(SessionError):
    """A change to who is who that can't be made."""


class LabelError(RoomreadError):
    """Labelled faces, or the pictures that they are on, that can't be read."""


class ExportError(RoomreadError):
    """An export that can't be written."""


class OccupiedError(ExportError):
    """The folder holds the tables of another session: only the person may replace them."""


class LossError(ExportError):
    """Something that is there would be lost: only the person may say that it may."""


class HandWorkError(LossError):
    """What a person put into a session by hand would be lost: only the person may say so."""


class SettingsError(RoomreadError):
    """A setting that is unknown, of the wrong type or out of range."""


class TableError(RoomreadError, LookupError):
    """A table, or a column of one, that is not there."""
