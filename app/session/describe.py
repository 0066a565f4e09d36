"""The data dictionary as people read it: on a terminal, or as a page."""

from __future__ import annotations

from collections.abc import Mapping

from app.session.dictionary import Table


def as_text(named: Mapping[str, tuple[Table, ...]]) -> str:
    """The dictionary of these formats as people read it on a terminal."""
    lines: list[str] = []
    for format_, tables in named.items():
        lines.append(f"Format {format_}")
        for table in tables:
            lines += ["", f"  {table.file}: a row is {table.rows}"]
            for names, column in table.groups():
                unit = f" [{column.unit}]" if column.unit else ""
                lines.append(f"    {names}{unit}: {column.meaning} ({column.range})")
        lines.append("")
    return "\n".join(lines)


def as_markdown(named: Mapping[str, tuple[Table, ...]], preface: str) -> str:
    """The dictionary of these formats as the documentation has it; ``preface`` goes first."""
    lines = [preface.rstrip()]
    for format_, tables in named.items():
        lines += ["", f"## {format_}"]
        for table in tables:
            lines += ["", f"### {table.file}", "", f"A row is {table.rows}.", ""]
            lines += ["| Column | Unit | Range | Meaning |", "|---|---|---|---|"]
            for names, column in table.groups():
                shown = ", ".join(f"`{name}`" for name in names.split(", "))
                cells = (shown, column.unit, column.range, column.meaning)
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
