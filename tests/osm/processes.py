"""Which processes are there (Linux)?"""

from collections.abc import Iterator
from pathlib import Path


def alive(group: int) -> list[int]:
    """Processes of a group that are no zombies."""
    return [number for number, _, its_group in _living() if its_group == group]


def children(parent: int) -> list[int]:
    """Processes that a process has started, and that are no zombies."""
    return [number for number, its_parent, _ in _living() if its_parent == parent]


def _living() -> Iterator[tuple[int, int, int]]:
    """Number, parent and group of each process that is no zombie."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if state != "Z":
            yield int(path.parent.name), int(parent), int(group)
