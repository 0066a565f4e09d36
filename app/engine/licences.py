"""The licences of everything that Roomread is built from."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LICENCE = "License ::"


def licences() -> str:
    """The notices that an installer brings along; else every package installed for Roomread.

    Plain text, for people to read and copy.
    """
    notices = importlib.resources.files("assets") / "notices" / "THIRD-PARTY.txt"
    if notices.is_file():
        return notices.read_bytes().decode("utf-8", errors="replace")
    return "\n".join(
        [
            "Packages installed for Roomread, with their licences as they state them.",
            "The full texts lie beside each package.",
            "",
            *(f"{one.name} {one.version}: {_licence(one)}" for one in _needed()),
            "",
            "Face detectors: MediaPipe's BlazeFace, Apache-2.0, Google.",
        ]
    )


def _needed() -> list[importlib.metadata.Distribution]:
    """What Roomread needs, and what that needs in turn, by name."""
    found: dict[str, importlib.metadata.Distribution] = {}
    wanted = ["roomread"]
    while wanted:
        name = wanted.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            found[key] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another system
        for requirement in found[key].requires or ():
            match = _NAME.match(requirement)
            if match is not None and "extra ==" not in requirement:
                wanted.append(match.group())
    found.pop("roomread", None)
    return [found[key] for key in sorted(found)]


def _licence(one: importlib.metadata.Distribution) -> str:
    """In a line; what a package says of it has changed its place over the years."""
    fields = one.metadata.json
    named = str(fields.get("license_expression", "")).strip()
    if named:
        return named
    classes = [
        line.rpartition("::")[2].strip()
        for line in fields.get("classifier", ())
        if line.startswith(_LICENCE) and line.count("::") > 1
    ]
    if classes:
        return ", ".join(classes)
    first = str(fields.get("license", "")).strip().splitlines()
    return first[0] if first else "see the package"
