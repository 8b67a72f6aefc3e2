"""What is to be compared, and who measures: from studies, a table of sites and the words of a command."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from grannskap.batch.cluster import cluster_crew
from grannskap.batch.comparing import Asked
from grannskap.batch.crew import Crew, local_crew
from grannskap.batch.gathering import Wanted
from grannskap.batch.settings import with_one_setting
from grannskap.comparison.differing import own_ids
from grannskap.errors import StudyError
from grannskap.study import Study
from grannskap.study.sites import read_sites


def asked_of_studies(studies: Sequence[Study]) -> Asked:
    """What is compared where each study is a site? The settings of the first hold for all.

    Parameters
    ----------
    studies : sequence of Study
        Their ids are the names of their files; the second "north" is "north (2)".
    """
    alike, aside = with_one_setting(studies)
    ids = own_ids([study.path.stem if study.path else study.name for study in studies])
    return Asked(tuple(map(Wanted, ids, alike)), set_aside=tuple(aside))


def asked_of_table(path: Path, study: Study) -> Asked:
    """What is compared where each row of a table is a site of one study?

    Raises
    ------
    StudyError
        The table as a whole cannot be read, as `grannskap.study.sites.read_sites` tells.
    """
    listed = read_sites(path, study)
    return Asked(tuple(map(Wanted, listed.ids, listed.studies, listed.problems)), told=listed.remarks)


@contextmanager
def crew_for(asked: Asked, *, workers: int | None, scheduler: str | None, limit_s: float) -> Iterator[Crew]:
    """Who measures: a cluster where one is named, else as many processes of this machine as wanted, or as it has cores?

    Raises
    ------
    StudyError
        A protected site was to leave this machine.
    ClusterError
        Nobody answers there.
    """
    if scheduler is None:
        with local_crew(min(workers or _cores(), len(asked.sites)), limit_s=limit_s) as crew:
            yield crew
        return
    secret = next((each.site_id for each in asked.sites if each.study.sensitivity == "protected"), None)
    if secret is not None:
        raise StudyError(
            "{site} is protected and stays on this machine: leave out --scheduler, or compare it by itself.",
            site=secret,
        )
    with cluster_crew(scheduler, limit_s=limit_s) as cluster:
        yield cluster


def _cores() -> int:
    """How many processors may this process use?"""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
