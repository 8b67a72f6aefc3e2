"""What a form says while it works: the steps of an analysis, as the package's own log tells them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grannskap.language import marked as _
from grannskap.timing import LOG

STEPS = {
    "read the extract": _("Reads the map data"),
    "build the walking network": _("Builds the walking network"),
    "find actors and destinations": _("Finds actors and destinations"),
    "find what draws a walk": _("Finds green, seats and quiet streets"),
    "build the place": _("Puts the place together"),
    "routes": _("Calculates walks"),
    "passages": _("Counts passages"),
    "how sure the ranking is": _("Tries how sure the order is"),
    "which assumption matters": _("Tries which assumption matters"),
}
"""What is done while a step is under way, in the order in which the steps end."""
DRAWING = _("Draws the map")

Tell = Callable[[str, float], None]


class _Listener(logging.Handler):
    """Tells which step has begun, and how far the work is, when another step ends."""

    def __init__(self, tell: Tell) -> None:
        super().__init__(logging.INFO)
        self.tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Hear that a step has ended."""
        names = list(STEPS)
        ended = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if ended in names:
            done = names.index(str(ended)) + 1
            self.tell([*STEPS.values(), DRAWING][done], done / (len(names) + 1))


@contextmanager
def told_steps(tell: Tell) -> Iterator[None]:
    """Who hears of each step that begins? ``tell`` gets its message id and the share of the work that is done."""
    listener, level = _Listener(tell), LOG.level
    LOG.addHandler(listener)
    LOG.setLevel(logging.INFO)
    tell(next(iter(STEPS.values())), 0.0)
    try:
        yield
    finally:
        LOG.removeHandler(listener)
        LOG.setLevel(level)
