"""Whatever is edited, in any order: nobody is at two places, and all can be undone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import EditError
from app.session.editor import Editor
from app.session.edits import TOLERANCE, Exclude, Identities, Include, Merge, Name
from app.session.store import Session
from tests.session.builders import result, write

TRACKS = range(1, 6)
students = st.integers(1, 8)
steps = st.one_of(
    st.builds(Merge, students, students),
    st.builds(Exclude, students),
    st.builds(Include, students),
    st.builds(Name, students, st.sampled_from(["", "Ann", "Bob"])),
    st.tuples(st.just("split"), students, st.integers(0, 12).map(lambda k: k / 10)),
    st.tuples(st.sampled_from(["undo", "redo"]), st.none() | st.integers(1, 9)),
)


def picture(now: Identities) -> object:
    return now.names, now.excluded, now.rejected, now.pieces(TRACKS)


def do(editor: Editor, step: object) -> bool:
    """Whether the step was possible."""
    try:
        match step:
            case ("split", student, at):
                editor.split(student, at)
            case ("undo", number):
                editor.undo(number)
            case ("redo", number):
                editor.redo(number)
            case _:
                editor.apply(step)
    except EditError:
        return False
    return True


@settings(max_examples=40)
@given(
    st.lists(st.sets(st.sampled_from(TRACKS)), min_size=4, max_size=10),
    st.lists(steps, max_size=12),
)
def test_whatever_is_edited_can_be_undone_and_nobody_is_at_two_places(
    seen: list[set[int]], edits: list[object]
) -> None:
    frames = [result(k, k / 10, dict.fromkeys(sorted(who), "fear")) for k, who in enumerate(seen)]
    with (
        tempfile.TemporaryDirectory() as folder,
        Session.open(write(Path(folder) / "s.roomread", frames)) as session,
    ):
        editor = Editor(session)
        for step in edits:
            before, count = picture(session.identities), len(session.log.edits())
            if not do(editor, step):
                assert picture(session.identities) == before
            elif len(session.log.edits()) > count:
                after = picture(session.identities)
                assert editor.undo().number == count + 1
                assert picture(session.identities) == before
                assert editor.redo().number == count + 1
                assert picture(session.identities) == after
            check_frames(session)


def check_frames(session: Session) -> None:
    """Each student at most once in a frame, nobody lost but to a hand-over or an exclusion."""
    now = session.identities
    for raw, edited in zip(session.raw_results(), session.results(), strict=True):
        found = edited.faces.ids.tolist()
        assert len(set(found)) == len(found)
        everyone = {now.student_of(track, raw.timestamp) for track in raw.faces.ids.tolist()}
        assert set(found) == everyone - now.excluded
        places = dict(zip(raw.faces.boxes[:, 0].tolist(), raw.faces.ids.tolist(), strict=True))
        tracks = [places[x] for x in edited.faces.boxes[:, 0].tolist()]
        assert found == [now.student_of(track, raw.timestamp) for track in tracks]
    shared = sum(
        len(one.faces) - len({now.student_of(t, one.timestamp) for t in one.faces.ids.tolist()})
        for one in session.raw_results()
    )
    pairs = sum(len(pieces) * (len(pieces) - 1) // 2 for pieces in now.pieces(TRACKS).values())
    assert shared <= TOLERANCE * pairs
