"""Another study: the same with some assumptions changed, or at another site, with another sheet or one more layer."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from grannskap.errors import StudyError
from grannskap.study.gis import Layer
from grannskap.study.model import Method, Reach, Site, Study
from grannskap.study.paper import Print
from grannskap.study.problems import nearest
from grannskap.study.reading import check_site, checked


def assumed(
    study: Study,
    *,
    radius_m: float | None = None,
    trips: Mapping[str, float] | None = None,
    method: Method | None = None,
    theta_per_m: float | None = None,
) -> Study:
    """What is the study with some assumptions changed? What is left out stays as it is.

    Parameters
    ----------
    study : Study
    radius_m : float, optional
        How far is within reach.
    trips : mapping of str to float, optional
        Trips a week by function of the profile, such as ``{"transit": 40}``; ``round_walk`` for walks without an
        errand. A reason does not outlive the number that it explains.
    method : {"logit", "shortest", "within_detour"}, optional
        How residents choose their way.
    theta_per_m : float, optional
        How much short ways are preferred, with ``logit``.

    Raises
    ------
    StudyError
        A function is not in the profile, or a value is beyond its limits.
    """
    functions, rounds = dict(study.profile.functions), study.profile.round_walks
    for name, n in (trips or {}).items():
        if name == "round_walk":
            rounds = replace(rounds, trips_per_week=n, reason="", source="")
        elif name in functions:
            functions[name] = replace(functions[name], trips_per_week=n, reason="", source="")
        else:
            known = (*functions, "round_walk")
            raise StudyError(
                "The profile has no function {function}; did you mean {nearest}? It has: {known}.",
                function=name,
                nearest=nearest(name, known) or known[0],
                known=", ".join(known),
            )
    model = replace(
        study.model,
        method=study.model.method if method is None else method,
        theta_per_m=study.model.theta_per_m if theta_per_m is None else theta_per_m,
    )
    return checked(
        replace(
            study,
            reach=study.reach if radius_m is None else Reach(radius_m),
            profile=replace(study.profile, functions=functions, round_walks=rounds),
            model=model,
        )
    )


def at_site(
    study: Study, name: str, *, lat: float | None = None, lon: float | None = None, address: str | None = None
) -> Study:
    """What is the study of another site, with the same settings and map data?

    Parameters
    ----------
    study : Study
    name : str
    lat, lon : float, optional
        In degrees (WGS 84).
    address : str, optional
        Instead of coordinates.
    """
    moved = checked(replace(study, name=name, site=Site(lat=lat, lon=lon, address=address), path=None))
    check_site(moved.site)
    return moved


def with_sheet(
    study: Study,
    *,
    paper: Literal["a3", "a4"] = "a3",
    orientation: Literal["landscape", "portrait"] = "landscape",
    scale: int | None = None,
    png: bool = True,
) -> Study:
    """What is the study with another sheet of paper?

    Parameters
    ----------
    study : Study
    paper : {"a3", "a4"}
    orientation : {"landscape", "portrait"}
    scale : int, optional
        4000 for 1:4 000; the largest usual one that fits when left out.
    png : bool
        Whether a picture is written beside the PDF.
    """
    return checked(replace(study, print=Print(paper=paper, orientation=orientation, scale=scale, png=png)))


def with_layer(
    study: Study,
    path: str | Path,
    kind: str,
    *,
    fields: Mapping[str, str] | None = None,
    crs: int | None = None,
    source: str = "",
    date: str = "",
    sensitive: bool = False,
) -> Study:
    """What is the study with one more layer of one's own?

    Parameters
    ----------
    study : Study
    path : str or Path
        CSV, XLSX, GeoJSON, GeoPackage or shapefile, from the folder of the notebook.
    kind : str
        Such as "association"; "property_owner" names housing.
    fields : mapping of str to str, optional
        Column by role, where the columns have other names than the usual ones.
    crs : int, optional
        EPSG code of columns x and y.
    source, date : str
        Who made it, and of when it is.
    sensitive : bool
        Whether its rows are left out of everything that is shared.
    """
    layer = Layer(Path(path), kind, dict(fields or {}), crs, source=source, date=date, sensitive=sensitive)
    return checked(replace(study, layers=(*study.layers, layer)))
