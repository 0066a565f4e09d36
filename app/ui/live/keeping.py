"""What the session keeps, and what a change of mind while it runs means for that."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.core.privacy import Privacy
from app.core.regions import Regions
from app.engine.live.session import LiveSession


class Keeping(QObject):
    """Knows what was chosen when the session began and what is chosen now, and says both.

    What a session keeps is settled when it begins; only the cover of faces in its video may become
    stricter.

    Signals:
        said: a line for the user, and whether it is an error.
    """

    said = Signal(str, bool)

    def __init__(self, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen = privacy
        self._began: Privacy | None = None
        self._live = False

    def begin(self, privacy: Privacy, live: bool) -> None:
        """A session begins with these choices, of a camera where ``live``."""
        self._began, self._live = privacy, live

    def class_only(self, runs: bool, session: LiveSession | None) -> bool:
        """Whether the class is shown as a whole only.

        Args:
            runs: a session is running, which keeps what it kept from the start.
            session: the one that is shown, None without one.
        """
        if runs and self._began is not None:
            return self._began.class_only
        ended = session is not None and session.view.class_only
        return ended or self._chosen.class_only

    @property
    def picture(self) -> bool:
        """Whether the session that began keeps a video."""
        return self._live and self._began is not None and self._began.keeps_picture

    def choose(self, privacy: Privacy, runs: bool, session: LiveSession | None) -> None:
        """Take over what the user chose; say what of it does not hold yet.

        Args:
            privacy: chosen now.
            runs, session: as ``class_only``.
        """
        before, self._chosen = self._chosen, privacy
        if not runs or self._began is None:
            return
        lines = []
        changed = privacy.class_only != before.class_only
        if changed and privacy.class_only != self._began.class_only:
            lines.append(self._still())
        if session is not None and session.set_faces(privacy.faces):
            text = self.tr(
                "Faces are covered in the video from now on; the part already written stays as it "
                "is: {path}"
            )
            lines.append(text.format(path=session.picture))
        if lines:
            self.said.emit(" ".join(lines), False)

    def opt_out(self, before: Regions, now: Regions, session: LiveSession | None) -> None:
        """Say what a seat that is opted out while a video is kept means for it."""
        new = set(now.opt_out) - set(before.opt_out)
        if new and session is not None and session.picture is not None:
            text = self.tr(
                "The seat is hidden in the video from now on; the part already written stays as it "
                "is: {path}"
            )
            self.said.emit(text.format(path=session.picture), False)

    def _still(self) -> str:
        if self._chosen.class_only:
            return self.tr("This session still keeps single students; stop it to change.")
        return self.tr("This session still keeps the class only; stop it to change.")
