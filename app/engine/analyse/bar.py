"""A bar of how an analysis goes, in a terminal or a notebook."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from app.engine.analyse.batch import Progress

if TYPE_CHECKING:
    from tqdm import tqdm

_KNOWN: Final = (
    "{desc}{percentage:3.0f}%|{bar}| {n:.1f}/{total:.1f} s [{elapsed}<{remaining}{postfix}]"
)
_UNKNOWN: Final = "{desc}{n:.1f} s [{elapsed}{postfix}]"


class Bar:
    """Begins with the first frame; a context manager that leaves it as it stood at the end."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def tell(self, progress: Progress) -> None:
        """Told after every frame."""
        if self._bar is None:
            self._bar = self._begin(progress)
        self._bar.set_postfix_str(f"{progress.faces} faces", refresh=False)
        self._bar.update(max(0.0, progress.done - self._bar.n))

    def _begin(self, progress: Progress) -> tqdm[Any]:
        from tqdm.auto import tqdm  # noqa: PLC0415 - asks for what a notebook has

        total = None if progress.end is None else progress.end - progress.start
        form = _UNKNOWN if total is None else _KNOWN
        return tqdm(desc="Analysing ", total=total, bar_format=form, file=sys.stderr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return "IPKernelApp" in getattr(shell, "config", {})
