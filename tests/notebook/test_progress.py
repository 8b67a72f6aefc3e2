"""Progress: when a step ends, the next one is told; nobody listens afterwards."""

import logging

import grannskap as gk
from grannskap.notebook.progress import DRAWING, STEPS, told_steps
from grannskap.study.model import Study
from grannskap.timing import LOG, step


def test_a_step_that_ends_tells_the_next() -> None:
    heard: list[tuple[str, float]] = []
    ended, told = list(STEPS), [*STEPS.values(), DRAWING]
    with told_steps(lambda what, share: heard.append((what, round(share, 3)))):
        assert heard == [(told[0], 0.0)]
        with step(ended[0]):
            assert len(heard) == 1
        assert heard[-1] == (told[1], 0.1)
        with step("a step that nobody knows"):
            pass
        LOG.info("words without a step")
        assert len(heard) == 2
        with step(ended[-1]):
            pass
        assert heard[-1] == (DRAWING, 0.9)
    with step(ended[0]):
        pass
    assert len(heard) == 3
    assert LOG.level != logging.INFO


def test_every_step_of_an_analysis_is_known(town_study: Study) -> None:
    heard: list[str] = []

    class Hears(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert isinstance(record.args, tuple)
            heard.append(str(record.args[0]))

    hears = Hears(logging.INFO)
    LOG.addHandler(hears)
    LOG.setLevel(logging.INFO)
    try:
        gk.analyse(town_study)
    finally:
        LOG.removeHandler(hears)
        LOG.setLevel(logging.NOTSET)
    assert heard == list(STEPS)
