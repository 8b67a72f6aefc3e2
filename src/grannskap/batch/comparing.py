"""The story of a comparison: sites gathered, measured wherever there are hands for it, kept, and compared."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace

from grannskap.batch.child import Answer
from grannskap.batch.crew import Crew
from grannskap.batch.gathering import Gathered, Wanted, gather
from grannskap.batch.keeping import Kept
from grannskap.batch.problems import why_not
from grannskap.batch.record import manifest
from grannskap.batch.settings import SetAside
from grannskap.comparison.comparing import Comparison
from grannskap.comparison.differing import compared
from grannskap.comparison.discretion import discreet, may_be_placed
from grannskap.comparison.measured import Measured
from grannskap.errors import GrannskapError
from grannskap.language import Texts, texts_for
from grannskap.language import marked as _
from grannskap.timing import step

_ALONE = _("There is one site, and nothing to hold it against: give more studies, or a table with --manifest.")
AHEAD = 2  # sites that wait for a free hand
Heard = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared?

    Attributes
    ----------
    sites : tuple of Wanted
        With ids that differ.
    references : int
        How many dwellings around each site are measured beside it.
    against : str, optional
        The id of the site that the others are held against.
    set_aside : tuple of SetAside
        Settings that were not used, for the manifest.
    told : tuple of GrannskapError
        What else the analyst should know, a sentence each.
    """

    sites: tuple[Wanted, ...]
    references: int = 0
    against: str | None = None
    set_aside: tuple[SetAside, ...] = ()
    told: tuple[GrannskapError, ...] = ()

    def remarks(self) -> list[GrannskapError]:
        """What is to be told beside the result?"""
        alone = [GrannskapError(_ALONE)] if len(self.sites) == 1 else []
        return [*alone, *self.told, *(each.sentence() for each in self.set_aside)]


def compare_sites(asked: Asked, crew: Crew, kept: Kept, *, heard: Heard = lambda _: None) -> Comparison:
    """What do these sites measure, and how do they differ?

    Parameters
    ----------
    asked : Asked
    crew : Crew
        Who measures.
    kept : Kept
        Where finished sites are kept; those that are there are not measured again.
    heard : callable
        Told, whenever that changes, how many sites are finished.

    Returns
    -------
    Comparison
        The same whoever measures, in whichever order. A site that cannot be measured is there with its reason.

    Raises
    ------
    TableError
        No site has the id ``against``; that is told before anything is measured.
    GrannskapError
        No site at all could be measured.
    ClusterError
        Nobody is left who measures; what is finished is kept.
    """
    compared([Measured.nothing(each.site_id, "", "") for each in asked.sites], against=asked.against)
    found = _Found(kept, texts_for(asked.sites[0].study.language))
    gathered = gather(asked.sites, references=asked.references, known=found.known)
    with step("sites"):
        for number, (each, answer) in enumerate(_answers(gathered, crew), start=1):
            found.take(each, answer)
            heard(number)
    found.require_any(asked.sites)
    with step("compare"):
        sites = tuple(each for site in asked.sites for each in found.of(site))
        table = compared(sites, against=asked.against)
    told = manifest(asked.sites, sites, table, references=asked.references, set_aside=asked.set_aside)
    return Comparison(sites, table, told | {"sources": found.told_sources()})


def _answers(gathered: Iterator[Gathered], crew: Crew) -> Iterator[tuple[Gathered, Answer | None]]:
    """Each site as soon as its answer is there; few wait, however many there are."""
    waiting: dict[Future[Answer], Gathered] = {}
    for each in gathered:
        if each.question is None:
            yield each, None
            continue
        waiting[crew.submit(each.question)] = replace(each, question=None)
        while len(waiting) >= crew.hands() + AHEAD:
            yield from _finished(waiting, crew)
    while waiting:
        yield from _finished(waiting, crew)


def _finished(waiting: dict["Future[Answer]", Gathered], crew: Crew) -> Iterator[tuple[Gathered, Answer]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        yield waiting.pop(future), crew.answer(future)


@dataclass(slots=True, eq=False)
class _Found:
    """What has been found of each site so far."""

    kept: Kept
    texts: Texts
    loaded: dict[str, list[Measured]] = field(default_factory=dict)
    measured: dict[str, list[Measured]] = field(default_factory=dict)
    lon_lat: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: dict[str, GrannskapError] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)

    def known(self, key: str) -> bool:
        """Is what has this key kept from an earlier run?"""
        if measured := self.kept.load(key):
            self.loaded[key] = measured
        return bool(measured)

    def take(self, each: Gathered, answer: Answer | None) -> None:
        """What was answered about this site? None where nothing was asked."""
        if each.source:
            self.sources.setdefault(each.source["sha256"], dict(each.source))
        own = each.wanted.site_id
        self.lon_lat[own] = each.lon_lat
        if answer is not None and answer[0] == "done":
            self.kept.save(each.key, answer[1])
            self.measured[own] = [Measured.from_bytes(part) for part in answer[1]]
        elif answer is not None:
            self.problems[own] = why_not(answer)
        elif each.problem is not None:
            self.problems[own] = each.problem
        else:
            self.measured[own] = self.loaded[each.key]

    def of(self, wanted: Wanted) -> list[Measured]:
        """The site under its own id and name, and its references after it."""
        own, name = wanted.site_id, wanted.study.name
        if own not in self.measured:
            problem, secret = self.problems[own], wanted.study.sensitivity == "protected"
            reason = (discreet(problem) if secret else problem).text(self.texts)
            place = wanted.study.site
            known = {"lon": place.lon, "lat": place.lat} if place.lon is not None and place.lat is not None else {}
            return [Measured.nothing(own, name, reason, data={"sensitivity": wanted.study.sensitivity}, **known)]
        site, *references = self.measured[own]
        rest = [
            replace(each, site_id=f"{own} / {number}", of_site=own) for number, each in enumerate(references, start=1)
        ]
        site = replace(site, site_id=own, name=name)
        if not may_be_placed(site):  # where it is was not kept; whether two are the same place is told by it
            lon, lat = self.lon_lat[own]
            site = replace(site, lon=lon, lat=lat)
        return [site, *rest]

    def require_any(self, sites: Sequence[Wanted]) -> None:
        """Raise where no site could be measured: what is wrong is then to be mended first."""
        if self.measured:
            return
        problem = self.problems[sites[0].site_id]
        if len(sites) == 1:
            raise problem
        raise GrannskapError(
            "None of the {n} sites could be measured. {site}: {problem}",
            n=len(sites),
            site=sites[0].site_id,
            problem=problem,
        )

    def told_sources(self) -> list[dict[str, str]]:
        """Which files were read, by their hash?"""
        return [self.sources[sha256] for sha256 in sorted(self.sources)]
