"""What a worker remembers: enough not to build a place twice, and never more than a few."""

from collections.abc import Sequence

import pytest
from batch.streets import at

from grannskap.batch.gathering import Wanted, gather
from grannskap.batch.measuring import MATERIALS, PLACES, Bench, Recent
from grannskap.opening import Material
from grannskap.place.place import Place
from grannskap.study import Study


def test_the_last_things_are_remembered() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    recent = Recent[str](2)
    for name in "ababcaa":
        assert recent.get(name, lambda name=name: make(name)) == name  # type: ignore[misc]
    assert made == ["a", "b", "c", "a"]
    assert list(recent.held) == ["c", "a"]


def test_places_are_built_once_and_few_are_held(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    place = Material.place

    def counted(material: Material) -> Place:
        built.append("place")
        return place(material)

    monkeypatch.setattr(Material, "place", counted)
    spots = [(0, 0), (0, 0), (0, 1), *((x, 0) for x in range(100, 500, 50))]
    questions = [each.question for each in gather([Wanted(str(n), at(study, spot)) for n, spot in enumerate(spots)])]
    bench = Bench()
    keys = _measured(bench, questions)
    assert len(built) == len(keys) < len(spots)
    assert len(bench.places.held) <= PLACES < len(keys)
    assert len(bench.materials.held) <= MATERIALS


def _measured(bench: Bench, questions: Sequence[object]) -> set[str]:
    keys = set()
    for question in questions:
        assert isinstance(question, tuple)
        bench.measured(*question)
        keys.add(question[1].key)
    return keys
