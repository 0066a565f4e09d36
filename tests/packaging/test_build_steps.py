"""Steps of the build that take parts out, and that name what stays."""

from __future__ import annotations

import ctypes
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Step = Callable[[str], ModuleType]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("libx264-d6533a8d.so.165", "libx264"),
        ("libxcb-shm-0be6dfbf.so.0.0.0", "libxcb-shm"),
        ("avcodec-63-2756d4fffb772585dcdece87427716a4.dll", "libavcodec"),
        ("libx265-ee9d492f3fb55d0a3b564bb1bf4f6822.dll", "libx265"),
        ("libgcc_s_seh-1-3e3b83c1f8de213bb810010a5622b180.dll", "libgcc_s_seh"),
        ("zlib1-4d767210e087ff082d94ef0a09ddc7f8.dll", "libzlib1"),
        ("libSvtAv1Enc.4.2.0.dylib", "libSvtAv1Enc"),
        ("libdav1d.7.dylib", "libdav1d"),
        (".load-order-av-18.0.0", ""),
    ],
)
def test_a_library_is_known_by_its_name_on_every_system(step: Step, file: str, name: str) -> None:
    natives = step("natives")
    assert natives.library_name(file) == name
    assert not name or any(name in names for names in natives.IN_AV.values())


def test_a_library_that_nobody_named_ends_the_build(
    step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    natives = step("natives")
    (tmp_path / "av").mkdir()
    (tmp_path / "av.libs").mkdir()
    (tmp_path / "av.libs" / "libx264-d6533a8d.so.165").touch()
    monkeypatch.setattr(natives.av, "__file__", str(tmp_path / "av" / "__init__.py"))
    assert natives.libraries_of_av() == {"libx264": "GPL-2.0-or-later"}
    (tmp_path / "av.libs" / "libnew-d6533a8d.so.1").touch()
    with pytest.raises(step("bundle_parts").BuildError, match="carries libnew: name it"):
        natives.libraries_of_av()


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A bundle's inside with libraries like PyAV's: one uses three others."""
    if not sys.platform.startswith("linux") or not shutil.which("gcc"):
        pytest.skip("needs gcc on Linux")
    (tmp_path / "av").mkdir()
    folder = tmp_path / "av.libs"
    folder.mkdir()
    theirs = {
        "libx265-0a1b2c3d.so.217": "void *x265_api_get(int a) { return &x265_api_get; }",
        "libSvtAv1Enc-0a1b2c3d.so.4.2.0": "int svt_init(void) { return 0; } int svt_else;",
        "libvmaf-0a1b2c3d.so.3": "int vmaf_init(void) { return 0; }",
    }
    for name, text in theirs.items():
        compile_(text, folder / name, f"-Wl,-soname,{name}")
    user = "int vmaf_init(void), svt_init(void); void *x265_api_get(int);"
    user += "int all(void) { return x265_api_get(8) ? 1 : vmaf_init() + 10 * svt_init(); }"
    compile_(
        user, folder / "libavcodec-0a1b2c3d.so.63", "-Wl,-rpath,$ORIGIN",
        *(str(folder / name) for name in theirs),
    )  # fmt: skip
    return tmp_path


def compile_(text: str, target: Path, *more: str) -> None:
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-x", "none", "-o", str(target), *more]
    subprocess.run(command, input=text, check=True, text=True)


def test_encoders_that_are_left_out_say_that_they_failed(step: Step, compiled: Path) -> None:
    step("encoders").leave_out(compiled)
    used = ctypes.CDLL(str(compiled / "av.libs" / "libavcodec-0a1b2c3d.so.63"))
    assert used.all() == -11, "a null pointer, and two errors"
    alone = ctypes.CDLL(str(compiled / "av.libs" / "libSvtAv1Enc-0a1b2c3d.so.4.2.0"))
    assert not hasattr(alone, "svt_else"), "only what is asked for"


def test_an_encoder_that_is_not_there_ends_the_build(step: Step, compiled: Path) -> None:
    (compiled / "av.libs" / "libvmaf-0a1b2c3d.so.3").unlink()
    with pytest.raises(step("bundle_parts").BuildError, match="carries 0 of libvmaf"):
        step("encoders").leave_out(compiled)


def test_the_bill_of_materials_keeps_to_its_schema(
    step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    sbom, part = step("sbom"), step("notices").Part
    parts = [part("av", "18.0.0", "BSD-3-Clause", {}), part("Python", "3.12.1", "PSF-2.0", {})]
    target = tmp_path / "sbom.json"
    (tmp_path / "detectors").mkdir()
    (tmp_path / "detectors" / "face.tflite").write_bytes(b"model")
    carried = {name: one for one, names in step("natives").IN_AV.items() for name in names}
    sbom.write(target, parts, carried, tmp_path / "detectors", "1.0")
    sbom.add_packages(target, [part("libgl1", "1.6.0-1", "MIT; see its text", {})])
    bill = json.loads(target.read_text())
    refs = {one["bom-ref"] for one in bill["components"]}
    purl = "pkg:deb/debian/libgl1@1.6.0-1"
    assert {"av", "Python", "av libx264", "face.tflite", purl} <= refs
    needs = {one["ref"]: set(one.get("dependsOn", ())) for one in bill["dependencies"]}
    assert {"av", "face.tflite", purl} <= needs["roomread"]
    assert needs["av"] == {f"av {name}" for name in carried}
    assert "serialNumber" not in bill, "the same parts, the same file"
    with pytest.raises(step("bundle_parts").BuildError, match="not CycloneDX"):
        sbom.add_packages(target, [part("libgl1", "1.6.0-1", "MIT", {})] * 2)
