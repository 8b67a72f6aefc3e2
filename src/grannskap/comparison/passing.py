"""Passing: how often walks come past actors of each kind, and how many of those can be named."""

from grannskap.comparison.ground import Ground, Values, over
from grannskap.exposure.reassess import Rewalked

LEGS_PER_100_TRIPS = 200.0


def passing(ground: Ground, walked: Rewalked) -> Values:
    """How often do 100 trips come past actors of each kind?

    Parameters
    ----------
    ground : Ground
    walked : Rewalked

    Returns
    -------
    dict
        ``passages_per_100_trips`` by kind, and ``named_passages_share``.
    """
    passed = walked.passages()
    often = over(LEGS_PER_100_TRIPS * (ground.of_kind @ passed), walked.walks.legs_per_week)
    return {
        **{("passages_per_100_trips", kind): row for kind, row in zip(ground.kinds, often, strict=True)},
        ("named_passages_share", ""): over(passed[ground.named].sum(axis=0), passed.sum(axis=0)),
    }
