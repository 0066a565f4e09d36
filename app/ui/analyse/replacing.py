"""Asks before an analysis takes the place of an earlier one, and names what would be lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.engine.analyse.queue_row import QueueRow
from app.session.analysis_files import SESSION_FILE
from app.ui.analyse.wording import work_text
from app.ui.jobs import Jobs

if TYPE_CHECKING:  # importing it loads OpenCV and the models' runtimes
    from app.engine.analyse.user_work import UserWork


class ReplaceQuestion(QMessageBox):
    """Enter and Esc keep the results; ``accepted`` is emitted where the user replaces them."""

    def __init__(self, parent: QWidget, folders: str, lost: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Replace the results"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(self.tr("Analyse again and replace what is in {name}?").format(name=folders))
        self.setInformativeText(lost or self.tr("Nothing that you edited or labelled is in it."))
        self.replace = self.addButton(self.tr("Replace"), QMessageBox.ButtonRole.AcceptRole)
        self.keep = self.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        self.replace.setToolTip(self.tr("The earlier results are deleted"))
        self.keep.setToolTip(self.tr("Nothing is changed (Enter, Esc)"))
        self.setDefaultButton(self.keep)
        self.setEscapeButton(self.keep)


class Replacing(QObject):
    """Looks in a job at what is there, then asks.

    Args:
        owner: what the question stands over.
        jobs: of the workspace.
        problem: told in one line what went wrong.
    """

    def __init__(self, owner: QWidget, jobs: Jobs, problem: Callable[[str], None]) -> None:
        super().__init__(owner)
        self._owner, self._jobs, self._problem = owner, jobs, problem

    def ask(self, rows: Sequence[QueueRow], act: Callable[[], None], always: bool) -> None:
        """Call ``act`` if the user agrees; at once where nothing is lost, unless ``always``."""
        if not rows:
            return

        def work() -> list[UserWork]:
            from app.engine.analyse.user_work import user_work  # noqa: PLC0415

            return [user_work(row.out / SESSION_FILE) for row in rows]

        def done(found: list[UserWork]) -> None:
            if not (always or any(found)):
                act()
                return
            names = ", ".join(row.out.name for row in rows)
            lost = [
                self.tr("{name}: what you did by hand would be lost ({work}).").format(
                    name=row.out.name, work=work_text(one)
                )
                for row, one in zip(rows, found, strict=True)
                if one
            ]
            question = ReplaceQuestion(self._owner, names, "\n".join(lost))
            question.accepted.connect(act)
            question.open()

        self._jobs.start("replace", work, done, self._problem)
