"""Rules of walking: which ways can be walked, which gates are closed, what cannot be crossed."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Tags = Mapping[str, str]
Access = Literal["public", "private", "last_link"]


@dataclass(frozen=True, slots=True)
class WalkingRules:
    """Which tag values open and close a way? Fields as in ``walking.toml``."""

    highway: frozenset[str]
    platform: Mapping[str, frozenset[str]]
    only_with_foot: frozenset[str]
    sidewalk_yes: frozenset[str]
    foot_yes: frozenset[str]
    foot_no: frozenset[str]
    access_no: frozenset[str]
    access_private: frozenset[str]
    service_never: frozenset[str]
    private_kept: frozenset[str]
    blocking: frozenset[str]
    uncrossable: Mapping[str, frozenset[str]]


@cache
def walking_rules() -> WalkingRules:
    """Which rules does the package hold?"""
    raw = tomllib.loads(files(__package__).joinpath("walking.toml").read_text("utf-8"))
    return WalkingRules(**{key: _frozen(value) for key, value in raw.items()})


def _frozen(value: Any) -> Any:
    return {k: frozenset(v) for k, v in value.items()} if isinstance(value, dict) else frozenset(value)


def walking_access(tags: Tags, rules: WalkingRules) -> tuple[Access | None, str]:
    """May one walk here, and if not, why?

    Parameters
    ----------
    tags : mapping
        Tags of a way or area.
    rules : WalkingRules

    Returns
    -------
    tuple
        ``"public"``; ``"private"`` (walked at a penalty); ``"last_link"`` (only to or from a door on it) or None, and
        the reason for None ("" where the way is no street or path at all).

    Examples
    --------
    >>> walking_access({"highway": "cycleway"}, walking_rules())
    ('public', '')
    >>> walking_access({"highway": "footway", "access": "private"}, walking_rules())
    ('last_link', '')
    """
    highway, foot, access = tags.get("highway", ""), tags.get("foot", ""), tags.get("access", "")
    if not highway and not _is_platform(tags, rules):
        return None, ""
    never = tags.get("motorroad") == "yes" or tags.get("service") in rules.service_never
    if never or not _is_open_kind(tags, highway, foot, rules):
        return None, "not_for_walking"
    if foot in rules.foot_no:
        return None, "foot_forbidden"
    if foot not in rules.foot_yes and access in rules.access_no:
        return None, "access_forbidden"
    if foot not in rules.foot_yes and access in rules.access_private:
        return ("private" if highway in rules.private_kept else "last_link"), ""
    return "public", ""


def _is_platform(tags: Tags, rules: WalkingRules) -> bool:
    return any(tags.get(key) in values for key, values in rules.platform.items())


def _is_open_kind(tags: Tags, highway: str, foot: str, rules: WalkingRules) -> bool:
    if highway in rules.highway or (not highway and _is_platform(tags, rules)):
        return True
    if highway not in rules.only_with_foot:
        return False
    sidewalks = (tags.get(key) for key in ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"))
    return foot in rules.foot_yes or (not highway.startswith("bus") and any(s in rules.sidewalk_yes for s in sidewalks))


def blocks_walkers(tags: Tags, rules: WalkingRules) -> bool:
    """Does this node stop a walker on the way through it?

    A gate is open unless it is locked or closed to people on foot; ``access=private`` alone mostly stops vehicles.
    """
    if tags.get("barrier") not in rules.blocking or tags.get("foot") in rules.foot_yes:
        return False
    closed = tags.get("foot") in rules.foot_no or tags.get("access") in rules.access_no
    return closed or tags.get("locked") == "yes"


def uncrossable(tags: Tags, rules: WalkingRules) -> bool:
    """Is this line something that nobody walks across where there is no bridge or tunnel?"""
    if layer(tags) != 0 or tags.get("tunnel", "no") != "no":
        return False
    if tags.get("highway") in rules.only_with_foot and walking_access(tags, rules)[0] is not None:
        return False
    return any(tags.get(key) in values for key, values in rules.uncrossable.items())


def layer(tags: Tags) -> int:
    """On which layer does this lie: 0 the ground, above it bridges, below it tunnels?

    ``layer`` as tagged; a bridge without it is on 1, a tunnel on −1, a passage through a building on the ground.

    Examples
    --------
    >>> layer({"bridge": "yes"}), layer({"tunnel": "building_passage"}), layer({"layer": "-2"})
    (1, 0, -2)
    """
    if "layer" in tags:
        with suppress(ValueError, OverflowError):
            return int(float(tags["layer"].split(";")[0]))
    if tags.get("bridge", "no") != "no":
        return 1
    return -1 if tags.get("tunnel", "no") not in ("no", "building_passage", "covered") else 0


def one_way(tags: Tags) -> int:
    """In which direction may one walk: 1 along the way only, −1 against it only, 0 both?

    ``oneway`` speaks of vehicles; only ``oneway:foot`` and ``foot:backward``/``foot:forward`` speak of walkers.
    """
    value = tags.get("oneway:foot", "")
    if value in ("yes", "1", "true") or tags.get("foot:backward") == "no":
        return 1
    return -1 if value == "-1" or tags.get("foot:forward") == "no" else 0
