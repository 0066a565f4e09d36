from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app.core.expressions import CANT_TELL, LABELS
from app.session.episodes import Rules, episodes
from app.session.export import usual_span
from app.session.store import Session
from tests.session.builders import result, write
from tests.session.formats.readers import busy_lesson, export, table

SCHEMA = {
    "ANNOTATION_DOCUMENT": (
        "HEADER TIME_ORDER TIER LINGUISTIC_TYPE LANGUAGE CONSTRAINT CONTROLLED_VOCABULARY",
        "DATE AUTHOR VERSION", "FORMAT",
    ),
    "HEADER": ("MEDIA_DESCRIPTOR PROPERTY", "", "MEDIA_FILE TIME_UNITS"),
    "MEDIA_DESCRIPTOR": ("", "MEDIA_URL MIME_TYPE", "RELATIVE_MEDIA_URL"),
    "PROPERTY": ("", "", "NAME"),
    "TIME_ORDER": ("TIME_SLOT", "", ""),
    "TIME_SLOT": ("", "TIME_SLOT_ID", "TIME_VALUE"),
    "TIER": ("ANNOTATION", "TIER_ID LINGUISTIC_TYPE_REF", "PARTICIPANT ANNOTATOR"),
    "ANNOTATION": ("ALIGNABLE_ANNOTATION", "", ""),
    "ALIGNABLE_ANNOTATION": (
        "ANNOTATION_VALUE", "ANNOTATION_ID TIME_SLOT_REF1 TIME_SLOT_REF2", "CVE_REF",
    ),
    "ANNOTATION_VALUE": ("", "", ""),
    "LINGUISTIC_TYPE": (
        "", "LINGUISTIC_TYPE_ID", "TIME_ALIGNABLE GRAPHIC_REFERENCES CONTROLLED_VOCABULARY_REF",
    ),
    "LANGUAGE": ("", "LANG_ID", "LANG_LABEL"),
    "CONSTRAINT": ("", "STEREOTYPE", "DESCRIPTION"),
    "CONTROLLED_VOCABULARY": ("DESCRIPTION CV_ENTRY_ML", "CV_ID", ""),
    "DESCRIPTION": ("", "LANG_REF", ""),
    "CV_ENTRY_ML": ("CVE_VALUE", "CVE_ID", ""),
    "CVE_VALUE": ("", "LANG_REF", ""),
}  # fmt: skip
"""Of EAFv3.0.xsd what a document of ours has: children in this order, attributes that must be
there, attributes that may."""


def check_schema(element: ET.Element) -> None:
    children, needed, allowed = (set_.split() for set_ in SCHEMA[element.tag])
    places = [children.index(child.tag) for child in element]
    assert places == sorted(places), element.tag
    names = {name for name in element.attrib if not name.startswith("{")}
    assert set(needed) <= names <= {*needed, *allowed}, element.tag
    for child in element:
        check_schema(child)


def document(out: Path) -> ET.Element:
    return ET.parse(out / "elan.eaf").getroot()


def times_of(root: ET.Element) -> dict[str, int]:
    slots = root.iter("TIME_SLOT")
    return {one.get("TIME_SLOT_ID", ""): int(one.get("TIME_VALUE", "")) for one in slots}


def test_it_is_valid(tmp_path: Path) -> None:
    root = document(export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "elan"))
    check_schema(root)
    slots = {
        one.get("TIME_SLOT_ID"): int(one.get("TIME_VALUE", "-1")) for one in root.iter("TIME_SLOT")
    }
    times = list(slots.values())
    assert times == sorted(times)
    annotations = list(root.iter("ALIGNABLE_ANNOTATION"))
    used = [one.get(f"TIME_SLOT_REF{end}") for one in annotations for end in (1, 2)]
    assert sorted(used) == sorted(slots)  # each has its own two
    ids = [one.get("ANNOTATION_ID") for one in annotations]
    assert len(set(ids)) == len(ids)
    entries = {one.get("CVE_ID"): one[0].text for one in root.iter("CV_ENTRY_ML")}
    assert list(entries.values()) == [*LABELS, CANT_TELL]
    types = {one.get("LINGUISTIC_TYPE_ID") for one in root.iter("LINGUISTIC_TYPE")}
    for tier in root.iter("TIER"):
        assert tier.get("LINGUISTIC_TYPE_REF") in types
        ends = 0
        for one in tier.iter("ALIGNABLE_ANNOTATION"):
            begin, end = (slots[one.get(f"TIME_SLOT_REF{k}")] for k in (1, 2))
            assert ends <= begin < end
            ends = end
            if one.get("CVE_REF"):
                assert entries[one.get("CVE_REF")] == one[0].text


def test_pympi_reads_the_episodes(tmp_path: Path) -> None:
    pympi = pytest.importorskip("pympi")
    path = busy_lesson(tmp_path / "s.roomread")
    out = export(path, tmp_path / "out", "elan", gap=0.3, minimum=0.3)
    with Session.open(path) as session:
        found = list(episodes(session.results(), usual_span(session), Rules(0.3, 0.3)))
    read = pympi.Elan.Eaf(str(out / "elan.eaf"))
    tiers = sorted(read.get_tier_names())
    assert tiers == ["S01", "S02", "S03", "S04", "S05", "S06", "class", "markers"]
    for tier in tiers[:6]:
        expected = [
            (round(one.start * 1000), round(one.end * 1000), one.behaviour)
            for one in found
            if f"S{one.student:02d}" == tier
        ]
        assert [one[:3] for one in read.get_annotation_data_for_tier(tier)] == expected != []
    again = tmp_path / "again.eaf"
    pympi.Elan.to_eaf(str(again), read)
    assert [tier.get("TIER_ID") for tier in ET.parse(again).getroot().iter("TIER")] == (
        [tier.get("TIER_ID") for tier in document(out).iter("TIER")]
    )


def test_markers_last_until_the_next(tmp_path: Path) -> None:
    frames = [result(k, k / 4, {1: "fear"}) for k in range(40)]
    path = write(tmp_path / "s.roomread", frames, source_fps=4.0)
    with Session.open(path) as session:
        for when, text in ((2.0, "a\x0bb"), (2.0, "<c>"), (5.0, "=d"), (60.0, "late")):
            session.markers.add(when, text)
    out = export(path, tmp_path / "out", "elan")
    rows = [row for row in table(out / "elan.tsv", "\t") if row["Tier"] == "markers"]
    assert [tuple(row.values()) for row in rows] == [
        ("markers", "2.000", "5.000", "3.000", "a b; <c>"),
        ("markers", "5.000", "60.000", "55.000", "'=d"),
        ("markers", "60.000", "61.000", "1.000", "late"),
    ]
    (tier,) = [one for one in document(out).iter("TIER") if one.get("TIER_ID") == "markers"]
    assert [one.text for one in tier.iter("ANNOTATION_VALUE")] == ["a b; <c>", "=d", "late"]


def test_text_and_document_say_the_same(tmp_path: Path) -> None:
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "elan")
    root = document(out)
    slots = {
        one.get("TIME_SLOT_ID"): int(one.get("TIME_VALUE", "")) for one in root.iter("TIME_SLOT")
    }
    told = [
        (tier.get("TIER_ID"), slots[one.get("TIME_SLOT_REF1")], slots[one.get("TIME_SLOT_REF2")])
        for tier in root.iter("TIER")
        for one in tier.iter("ALIGNABLE_ANNOTATION")
    ]
    rows = table(out / "elan.tsv", "\t")
    columns = ("Begin Time - ss.msec", "End Time - ss.msec")
    assert told == [
        (row["Tier"], *(round(1000 * float(row[name])) for name in columns)) for row in rows
    ]


@pytest.mark.parametrize("folder", ["", "/home/anna.muster/Class 7b/", "C:\\Users\\Anna M\\"])
def test_the_recording_is_linked_without_its_folder(folder: str, tmp_path: Path) -> None:
    """ELAN finds it beside the document; MEDIA_URL must be there, and begins with a scheme."""
    frames = [result(0, 0.0, {1: "fear"})]
    path = write(tmp_path / "s.roomread", frames, source_name=f"{folder}a&b 1.mp4")
    (media,) = document(export(path, tmp_path / "out", "elan")).iter("MEDIA_DESCRIPTOR")
    assert media.attrib == {
        "MEDIA_URL": "file:///a%26b%201.mp4",
        "MIME_TYPE": "video/mp4",
        "RELATIVE_MEDIA_URL": "./a&b 1.mp4",
    }


def test_a_camera_is_not_linked(tmp_path: Path) -> None:
    frames = [result(0, 0.0, {1: "fear"})]
    camera = write(tmp_path / "c.roomread", frames, source_name="Room", source_live=True)
    assert not list(document(export(camera, tmp_path / "c", "elan")).iter("MEDIA_DESCRIPTOR"))


def test_no_scratch_is_left(tmp_path: Path) -> None:
    out = export(busy_lesson(tmp_path / "s.roomread"), tmp_path / "out", "elan")
    assert {one.name for one in out.iterdir()} == {"elan.eaf", "elan.tsv", "session.json"}
