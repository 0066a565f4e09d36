"""Exports of a session in the formats of the tools that researchers and teachers use."""

from app.session.formats.format import ExportOptions, Format
from app.session.formats.registry import (
    DEFAULT,
    FORMATS,
    check_formats,
    export_formats,
    unused_options,
)

__all__ = [
    "DEFAULT",
    "FORMATS",
    "ExportOptions",
    "Format",
    "check_formats",
    "export_formats",
    "unused_options",
]
