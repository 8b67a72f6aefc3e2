"""Measuring: everything that one site is compared by, from its result and from draws of its assumptions."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grannskap.comparison.along import along
from grannskap.comparison.concentration import concentration
from grannskap.comparison.ground import Ground, Values
from grannskap.comparison.measured import Measured, measure_table
from grannskap.comparison.notes import note
from grannskap.comparison.passing import passing
from grannskap.comparison.reach import reach
from grannskap.crs import WGS84, project
from grannskap.exposure.reassess import Demands, Otherwise, Rewalked, rewalk
from grannskap.exposure.uncertainty import Fronts, doubted, draws
from grannskap.result import Result, Survey
from grannskap.study import Study, study_as_dict
from grannskap.version import __version__

ASSUMED = ("reach", "profile", "model")
"""The tables of a study that hold assumptions."""
_WORDS = frozenset({"name", "description", "unit", "reason", "source"})  # of a profile: they change no number


def measured(result: Result | Survey, *, site_id: str | None = None) -> Measured:
    """What does a site measure, and how sure is that, so that it can be read beside other sites?

    Parameters
    ----------
    result : Result or Survey
        Of `grannskap.analyse`, or only its walks. As many draws are made as its study says, by the seed of the study.
    site_id : str, optional
        The name of the study file, or of the study, when left out.

    Returns
    -------
    Measured
        Where there is no data a measure has no value and a note; 0 stands only where it is zero.
    """
    study = result.study
    by = result.workings.by
    fronts, doubt = doubted(result.workings.scene, study, by) if study.model.draws else (Fronts({1.0: by}), None)
    ground = Ground.of(result, fronts.by.values())

    def walks() -> Iterator[Rewalked]:
        yield rewalk(ground.scene, Otherwise(study.model, by), Demands())
        yield from draws(ground.scene, study.model, fronts, doubt=doubt)

    parts = [_values(ground, each) for each in walks()]
    keys = sorted(parts[0])
    values = np.hstack([np.array([part[key] for key in keys]) for part in parts])
    rows = ((*key, float(v), note(*key, float(v), ground)) for key, v in zip(keys, values[:, 0], strict=True))
    lon, lat = _spot(result)
    return Measured(
        site_id=site_id or (study.path.stem if study.path else study.name),
        name=study.name,
        lon=lon,
        lat=lat,
        table=measure_table(rows),
        draws=np.ascontiguousarray(values[:, 1:]),
        settings=settings_of(study),
        data=_data(result, ground),
    )


def _values(ground: Ground, walked: Rewalked) -> Values:
    """All measures of the walks of some demands."""
    there, home = walked.walks.on_edges(walked.net)
    flow, legs = there + home, walked.walks.legs_per_week
    site = {"covered": ground.covered, "seats_per_km": ground.seats.per_km}
    return {
        **reach(ground, walked),
        **passing(ground, walked),
        **concentration(flow, ground.length_m, legs),
        **along(ground, flow, ground.schools[walked.by]),
        **{(measure, ""): np.full(len(legs), value) for measure, value in site.items()},
    }


def settings_of(study: Study) -> dict[str, Any]:
    """Which assumptions does a study make, by dotted name?

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        Such as ``model.theta_per_m``; without site, source and names, and without the reasons of a profile.
    """
    tables = study_as_dict(study)
    return {name: value for table in ASSUMED for name, value in _flat(table, tables[table])}


def _flat(name: str, value: object) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        yield name, value
        return
    for key, each in value.items():
        if key not in _WORDS:
            yield from _flat(f"{name}.{key}", each)


def _spot(result: Result | Survey) -> tuple[float, float]:
    """The middle of the entrances, WGS 84."""
    doors = result.site.geometry
    lon, lat = project(
        np.array([doors.x.mean()]), np.array([doors.y.mean()]), source=result.workings.scene.crs, target=WGS84
    )
    return float(lon[0]), float(lat[0])


def _data(result: Result | Survey, ground: Ground) -> dict[str, Any]:
    """What the measures rest on besides assumptions: JSON's types only."""
    study, told = result.study, result.manifest
    source: Any = told["source"]
    layers: Any = told["layers"]
    return {
        "source_kind": source.get("kind", ""),
        "source_sha256": source.get("sha256", ""),
        "elevation": source.get("elevation", ""),
        "layers_sha256": [layer.get("sha256", "") for layer in layers],
        "data_date": source["data_date"],
        "covered": ground.covered,
        "crs": told["crs"],
        "version": __version__,
        "seed": study.model.seed,
        "draws": study.model.draws,
        "profile": study.profile.name,
        "sensitivity": study.sensitivity,
    }
