"""Limits of a process that decodes a file nobody knows, and whether they were reached."""

import resource
from pathlib import Path

_NEAR = 0.9
"""What a decoder asked for in vain is not in the peak; a few of its largest pictures are less than a tenth."""


def limit(memory_mb: int | None, file_mb: int, cpu_s: int | None) -> None:
    """Bound this process's address space and what it may write, where `memory_mb` says so, and its processor time."""
    if memory_mb is not None:
        for what, most in ((resource.RLIMIT_AS, memory_mb), (resource.RLIMIT_FSIZE, file_mb)):
            resource.setrlimit(what, (most * 1_000_000, most * 1_000_000))
    if cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))


def memory_reached(memory_mb: int) -> bool:
    """Whether this process's address space has come near to its limit."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmPeak"))
    return peak_kb * 1024 > _NEAR * memory_mb * 1_000_000
