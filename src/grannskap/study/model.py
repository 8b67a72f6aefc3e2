"""What is a study? Plain frozen records, with the limits of each value beside it.

The classes only declare: `pydantic.TypeAdapter(Study)` validates a plain mapping against them and
`grannskap.study.reading` turns its findings into sentences. Numbers are strict: text is not a
number, neither is true or false, and nan and infinity are refused.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from grannskap.language.card_text import ShowsItself
from grannskap.study.gis import Layer, Output
from grannskap.study.paper import Print
from grannskap.study.showing import study_card
from grannskap.study.values import NotNegative, Number, Positive, Whole, Words, YesNo
from grannskap.study.web import Map

Sensitivity = Literal["open", "internal", "protected"]
Language = Literal["sv", "en"]
SourceKind = Literal["extract", "overpass", "snapshot"]
Geocoder = Literal["local", "nominatim"]
Choice = Literal["nearest", "k_nearest", "huff"]
Method = Literal["logit", "shortest", "within_detour"]
Walker = Literal["standard", "senior", "wheelchair"]

BETA_PER_M = 0.002
"""Decay of attraction per perceived metre. UNA and madina use 0.001-0.004; Handy and Niemeier
(1997) estimated 0.00217 for walks to shops."""


MOST_TRIPS = 100_000
"""More a week is a slip of the pen for any unit, and numbers without an end are no numbers to reckon with."""


DETOUR_RATIO = 1.15
"""Longest accepted way over the shortest: the default of madina, which takes it from the Urban
Network Analysis toolbox (Sevtsuk and Kalvo 2021, doi:10.1080/15568318.2020.1858377)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where is the housing? Exactly one of `lat` with `lon` (WGS 84), `address` and `file`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    lat: Annotated[Number, Field(ge=-90, le=90)] | None = None
    lon: Annotated[Number, Field(ge=-180, le=180)] | None = None
    address: Words | None = None
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far around the site does the study look, in metres as the crow flies?"""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    radius_m: Annotated[Positive, Field(le=20_000)] = 1200.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where does the map data come from?

    Attributes
    ----------
    kind : {"extract", "overpass", "snapshot"}
        An OpenStreetMap file, an outside service that is asked once, or what was fetched before.
    path : Path, optional
        Needed when `kind` is "extract". Otherwise the snapshot; without it one in the user's cache folder.
    endpoints : tuple of str
        Overpass services that are asked in turn, such as "https://overpass.example/api"; OSMnx' own when empty.
    elevation : Path, optional
        A GeoTIFF with heights of the ground in metres: slopes are taken from it before what OpenStreetMap tells.
    deadline_s : float
        After how many seconds in all a fetch gives up, whatever the services do.
    geocoder : {"local", "nominatim"}
        Whether an address may be sent to an outside service when the map data on disk does not have it.
    nominatim_url : str
        That service; OSMnx' own when "".
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    kind: SourceKind = "extract"
    path: Path | None = None
    endpoints: tuple[Words, ...] = ()
    deadline_s: Annotated[Positive, Field(le=3600)] = 300.0
    geocoder: Geocoder = "local"
    nominatim_url: str = ""
    elevation: Path | None = None


@dataclass(frozen=True, slots=True)
class FunctionDemand:
    """How often does the whole unit walk to one function, and how is the destination chosen?

    Attributes
    ----------
    trips_per_week : float
        Trips (there and back) of the whole unit; never of a person.
    choice : {"nearest", "k_nearest", "huff"}
        The nearest destination, the `k` nearest with equal shares, or all within reach by Huff's
        rule with decay `beta_per_m`.
    beta_per_m : float
        Decay per perceived metre, see `BETA_PER_M`.
    k : int
        How many destinations share the trips when `choice` is "k_nearest".
    pinned : tuple of str
        Destinations by name or id ("node/123") that the analyst knows are used.
    reason : str
        Why these values, in words for the analyst (English here, translated in the catalogue).
    source : str
        Where the values come from, such as "Assumption".
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    trips_per_week: Annotated[NotNegative, Field(le=MOST_TRIPS)]
    choice: Choice = "nearest"
    beta_per_m: Positive = BETA_PER_M
    k: Annotated[Whole, Field(ge=1)] = 3
    pinned: tuple[Words, ...] = ()
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RoundWalks:
    """How often does the unit go for a walk without an errand, how far, and what draws such a walk?

    Attributes
    ----------
    trips_per_week : float
        Walks (out and home again) of the whole unit; never of a person. 0 for none.
    length_m : float
        The longest such walk, out and home together, in perceived metres.
    green, seats, quiet : float
        How much more, in shares of an ordinary street, a stretch draws where green, a seat, or no busy road is near:
        with ``green = 2`` a street beside a park draws three times as much as one without anything.
    reason, source : str
        Why these values, and where they come from, as in `FunctionDemand`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    trips_per_week: Annotated[NotNegative, Field(le=MOST_TRIPS)] = 0.0
    length_m: Annotated[Positive, Field(le=40_000)] = 1500.0
    green: NotNegative = 2.0
    seats: NotNegative = 1.0
    quiet: NotNegative = 0.5
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which functions does the unit need, how often, and how fast do its residents walk?

    Attributes
    ----------
    name : str
        Name of the packaged profile, or of the analyst's own.
    functions : dict of str to FunctionDemand
        At least one. Which names exist is known by the place, not here.
    walker : {"standard", "senior", "wheelchair"}
        Whose rules tell how long a street feels, see ``routes/costs.toml``.
    speed_km_h : float, optional
        Walking speed; the walker's when left out.
    description, unit : str
        In words: what the profile is for, and the unit for which the trips stand.
    round_walks : RoundWalks
        Walks without an errand; none unless the profile asks for them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: Words
    functions: Annotated[dict[Words, FunctionDemand], Field(min_length=1)]
    walker: Walker = "standard"
    speed_km_h: Positive | None = None
    description: str = ""
    unit: str = ""
    round_walks: RoundWalks = field(default_factory=RoundWalks)


@dataclass(frozen=True, slots=True)
class Model:
    """How are the walks spread over the streets?

    `theta_per_m` is the logit's sensitivity per perceived metre, `detour_ratio` the limit of
    `within_detour` (see `DETOUR_RATIO`), `frontage_m` how far from a path
    an actor is still passed; both are assumptions. `draws` (0 for none) and `seed` rule how sure
    the ranking is. With `dark` the walks are after dark: unlit streets feel longer.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    method: Method = "logit"
    theta_per_m: Positive = 0.02
    detour_ratio: Annotated[Number, Field(ge=1)] = DETOUR_RATIO
    frontage_m: Annotated[Positive, Field(le=200)] = 30.0
    draws: Annotated[Whole, Field(ge=0)] = 200
    seed: Annotated[Whole, Field(ge=0)] = 1
    dark: YesNo = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Study(ShowsItself):
    """What is to be studied, from which data and with which assumptions?

    Paths are resolved against the folder of the study file; `path` is that file, or None when the
    study was made in Python.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: Words
    sensitivity: Sensitivity = "internal"
    language: Language = "sv"
    site: Site
    reach: Reach = field(default_factory=Reach)
    source: Source = field(default_factory=Source)
    profile: Profile
    model: Model = field(default_factory=Model)
    print: Print = field(default_factory=Print)
    output: Output = field(default_factory=Output)
    map: Map = field(default_factory=Map)
    layers: tuple[Layer, ...] = ()
    path: Path | None = None

    def _repr_html_(self) -> str:
        """How does it show itself in a notebook? Its settings, and the trips that it assumes."""
        return study_card(self)
