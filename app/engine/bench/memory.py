"""How much memory this process has, in bytes, as its system counts it."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory() -> int:
    """What it has needed at most.

    Linux is asked for the peak since the process began its program; its other answer holds what
    the process that started this one had.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return _on_windows()
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory_now() -> int:
    """What it has now; the peak where the system does not say."""
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return peak_memory()
    import resource  # noqa: PLC0415 - not on Windows

    return int(statm.read_text(encoding="utf-8").split()[1]) * resource.getpagesize()


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            ("peak", ctypes.c_size_t),
            ("others", ctypes.c_size_t * 7),
        )

    def _on_windows() -> int:
        """Its PeakWorkingSetSize; 0 where the system does not answer."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.K32GetProcessMemoryInfo.argtypes = (
            wintypes.HANDLE,
            ctypes.POINTER(_Counters),
            wintypes.DWORD,
        )
        counters = _Counters(cb=ctypes.sizeof(_Counters))
        kernel.K32GetProcessMemoryInfo(
            kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb
        )
        return int(counters.peak)
