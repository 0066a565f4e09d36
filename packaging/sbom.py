"""The bundle's bill of materials: CycloneDX 1.6, from the same list as its licences."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bundle_parts import BuildError
from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from notices import LOCK, Part
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent


def write(
    target: Path, parts: list[Part], libraries: Mapping[str, str], detectors: Path, version: str
) -> None:
    """Write the bill of ``parts``, the face detectors in a folder and our own models.

    ``libraries`` are those that PyAV's wheel carries, with their licences; it does not tell their
    versions.

    Raises:
        BuildError: it does not keep to the schema.
    """
    licences = LicenseFactory()
    app = Component(
        name="roomread", version=version, type=ComponentType.APPLICATION, bom_ref="roomread",
        licenses=[licences.make_with_expression("Apache-2.0")],
    )  # fmt: skip
    bom = Bom()
    bom.metadata.component = app
    lock = LOCK.read_text(encoding="utf-8")
    listed = [
        Component(
            name=one.name, version=one.version, type=ComponentType.LIBRARY, bom_ref=one.name,
            licenses=[licences.make_from_string(one.licence)],
            purl=PackageURL("pypi" if one.name != "Python" else "generic", None,
                            one.name.lower(), one.version),
        )
        for one in parts
    ]  # fmt: skip
    listed += [
        _model(path, path.name, "Apache-2.0", licences) for path in sorted(detectors.iterdir())
    ]
    listed += [
        _model(path, f"roomread {path.parent.name}", "CC-BY-NC-4.0", licences)
        for path in sorted(ROOT.glob("models/*/model.onnx"))
    ]
    carried = [
        Component(name=name, type=ComponentType.LIBRARY, bom_ref=f"av {name}",
                  licenses=[licences.make_with_expression(licence)])
        for name, licence in libraries.items()
    ]  # fmt: skip
    for one in listed + carried:
        bom.components.add(one)
    bom.register_dependency(app, listed)
    (pyav,) = (one for one in listed if one.name == "av")
    bom.register_dependency(pyav, carried)
    _keep(target, _finished(JsonV1Dot6(bom).output_as_string(), lock))


def add_packages(target: Path, packages: list[Part]) -> None:
    """Add packages of this machine, a Debian or its like, to the bill in ``target``.

    Raises:
        BuildError: it does not keep to the schema then.
    """
    bill = json.loads(target.read_text(encoding="utf-8"))
    (app,) = (one for one in bill["dependencies"] if one["ref"] == "roomread")
    system = platform.freedesktop_os_release()["ID"] if packages else ""
    for one in packages:
        purl = PackageURL("deb", system, one.name, one.version).to_string()
        component = {"type": "library", "bom-ref": purl, "name": one.name, "version": one.version,
                     "purl": purl}  # fmt: skip
        if one.licence:
            component["licenses"] = [{"license": {"name": one.licence}}]
        bill["components"].append(component)
        bill["dependencies"].append({"ref": purl})
        app["dependsOn"].append(purl)
    _keep(target, bill)


def _keep(target: Path, bill: dict[str, Any]) -> None:
    text = json.dumps(bill, indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise BuildError(f"the bill of materials is not CycloneDX: {str(problem)[:200]}")
    target.write_text(text + "\n", encoding="utf-8", newline="\n")


def _model(path: Path, name: str, licence: str, licences: LicenseFactory) -> Component:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Component(
        name=name, version=digest[:12], type=ComponentType.MACHINE_LEARNING_MODEL, bom_ref=name,
        licenses=[licences.make_with_expression(licence)],
        hashes=[HashTypeFactory().from_composite_str(f"sha256:{digest}")],
    )  # fmt: skip


def _finished(text: str, lock: str) -> dict[str, Any]:
    """Without the moment and number of this very run (the same parts, the same file), and with the
    checksums of the files that the lock allows, as properties of each distribution."""
    bill: dict[str, Any] = json.loads(text)
    bill.pop("serialNumber", None)
    bill["metadata"].pop("timestamp", None)
    for one in bill["components"]:
        found = re.search(rf"^{re.escape(one['name'])}==.*?(?=^\S|\Z)", lock, re.M | re.S)
        if found:
            sums = re.findall(r"sha256:[0-9a-f]{64}", found.group())
            one["properties"] = [{"name": "roomread:locked", "value": value} for value in sums]
    return bill
