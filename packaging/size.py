"""How large a bundle is, installed, and which of its parts make it so."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from bundle_parts import BuildError

MB = 1e6
SHOWN = 12
NO_PARTS = {"_internal", "Contents", "Frameworks", "Resources", "MacOS"}


def report(bundle: Path, target: Path, most: float) -> None:
    """Print and write the size by part; fail above ``most`` megabytes (10^6 bytes)."""
    parts: Counter[str] = Counter()
    blocks = 0  # of the disk, which are more than the bytes
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            parts[_part(path.relative_to(bundle))] += status.st_size
            blocks += 512 * getattr(status, "st_blocks", 0)
    total = max(sum(parts.values()), blocks) / MB
    for name, size in parts.most_common(SHOWN):
        print(f"   {size / MB:7.1f} MB  {name}")
    print(f"   {total:7.1f} MB  in all")
    figures = {name: round(size / MB, 2) for name, size in parts.most_common()}
    target.write_text(json.dumps({"MB": round(total, 1), "parts": figures}, indent=1) + "\n")
    if total > most:
        raise BuildError(f"{total:.0f} MB installed, more than {most:.0f}")


def _part(path: Path) -> str:
    """``_internal/cv2/cv2.so``, ``opencv_python_headless.libs/x`` and so on, by wheel."""
    inner = [one for one in path.parts if one not in NO_PARTS]
    if len(inner) < 2:
        return "Python, system libraries, starter"
    first = inner[0].split("-")[0].removesuffix(".libs")
    return {"opencv_python_headless": "cv2", "pillow": "PIL"}.get(first, first)
