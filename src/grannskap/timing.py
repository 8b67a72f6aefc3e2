"""How long the steps take, told to whoever listens to the log, and what makes them shorter."""

import gc
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOG = logging.getLogger("grannskap")


@contextmanager
def step(name: str) -> Iterator[None]:
    """How long does this step take? Told at level INFO when it ends."""
    began = time.perf_counter()
    yield
    LOG.info("%s: %.3f s", name, time.perf_counter() - began)


@contextmanager
def no_sweeping() -> Iterator[None]:
    """How is a short, large job done quicker? Python does not look for garbage while many things are made that stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
