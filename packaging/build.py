"""Makes the bundle of this system from a clean checkout: ``python packaging/build.py``.

To be run by the Python that goes into the bundle, where both lock files are installed
(``pip install --require-hashes -r requirements.txt -r requirements-build.txt``). What it makes:

    OUT/roomread/            the bundle (macOS: OUT/Roomread.app)
    OUT/THIRD-PARTY.txt      what it is built from, and under which licences
    OUT/sbom.cdx.json        the same for programs (CycloneDX)
    OUT/size.json            its size by part
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import bundle_parts  # noqa: E402
import natives  # noqa: E402
import notices  # noqa: E402
import sbom  # noqa: E402
import size  # noqa: E402
import slim  # noqa: E402

from app import __version__  # noqa: E402

MOST_MB = 350


def main() -> int:
    """Make it; 1 and one line where a step failed."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder; made anew")
    parser.add_argument("--no-self-test", action="store_true", help="do not start the result")
    given = parser.parse_args()
    out: Path = given.out.resolve()
    parts = ROOT / "build" / "parts"
    if out.is_dir() and any(out.iterdir()) and not (out / "size.json").is_file():
        print(f"build.py: {out} holds other things: choose an empty folder", file=sys.stderr)
        return 1
    for folder in (out, parts):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    bundle = out / ("Roomread.app" if sys.platform == "darwin" else "roomread")
    try:
        _step("face detectors", lambda: bundle_parts.detectors(parts / "detectors"))
        _step("version", lambda: bundle_parts.windows_version(parts / "version.txt", __version__))
        libraries = natives.libraries_of_av()
        found = _step(
            "licences", lambda: notices.write(parts / "notices" / "THIRD-PARTY.txt", libraries)
        )
        bill = parts / "notices" / "sbom.cdx.json"
        _step(
            "bill of materials",
            lambda: sbom.write(bill, found, libraries, parts / "detectors", __version__),
        )
        _step("PyInstaller", lambda: _freeze(parts, out))
        _step("unused parts", lambda: slim.slim(bundle))
        system = _step("system's licences", lambda: natives.note_system(bundle))
        (bill_inside,) = bundle.rglob(bill.name)
        sbom.add_packages(bill_inside, system)
        for name in ("THIRD-PARTY.txt", "sbom.cdx.json"):
            (found_at,) = bundle.rglob(name)
            shutil.copy(found_at, out)
        if sys.platform == "darwin":
            shutil.rmtree(out / "roomread", ignore_errors=True)  # the app holds the same
        _step("size", lambda: size.report(bundle, out / "size.json", MOST_MB))
        if not given.no_self_test:
            _step("self-test", lambda: _self_test(bundle))
    except (bundle_parts.BuildError, subprocess.CalledProcessError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    print(f"{bundle} is ready")
    return 0


_T = TypeVar("_T")


def _step(name: str, work: Callable[[], _T]) -> _T:
    begin = time.monotonic()
    print(f"-- {name}", flush=True)
    done = work()
    print(f"   {name}: {time.monotonic() - begin:.1f} s", flush=True)
    return done


def _freeze(parts: Path, out: Path) -> None:
    environment = {
        **os.environ,
        "ROOMREAD_PARTS": str(parts),
        "ROOMREAD_VERSION": __version__,
        # The same checkout and lock file give the same bytes.
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH") or _committed(),
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level=WARN"]
    command += ["--distpath", str(out), "--workpath", str(ROOT / "build" / "pyinstaller")]
    subprocess.run([*command, str(HERE / "roomread.spec")], check=True, env=environment)


def _committed() -> str:
    """Seconds of the last commit; of the changelog where there is no git."""
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip() or str(int((ROOT / "CHANGELOG.md").stat().st_mtime))


def _self_test(bundle: Path) -> None:
    inside = bundle / "Contents" / "MacOS" if sys.platform == "darwin" else bundle
    program = inside / ("roomread.exe" if sys.platform == "win32" else "roomread")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    subprocess.run([str(program), "--self-test"], check=True, env=clean)


if __name__ == "__main__":
    sys.exit(main())
