"""Long work that tells how far it is, and that ends there when the user no longer wants it."""

from __future__ import annotations

from collections.abc import Callable


class _CancelledError(Exception):
    """Leaves the work."""


def ended(
    work: Callable[[Callable[[float], None]], object],
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool],
) -> bool:
    """Do ``work``; whether it came to its end.

    Args:
        work: gets what it is to call with the share done, 0..1, now and then; it leaves nothing
            half done behind where that raises.
        progress: told the share; None: nobody.
        cancelled: whether to stop; asked whenever a share is told. False is returned then.
    """

    def tell(share: float) -> None:
        if cancelled():
            raise _CancelledError
        if progress is not None:
            progress(share)

    try:
        work(tell)
    except _CancelledError:
        return False
    return True
