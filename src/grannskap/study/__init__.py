"""What is to be studied: the study file and the profile of needs, read and validated."""

from grannskap.study.gis import Layer, Output
from grannskap.study.model import (
    FunctionDemand,
    Model,
    Profile,
    Reach,
    RoundWalks,
    Site,
    Source,
    Study,
)
from grannskap.study.paper import Print
from grannskap.study.profile import packaged_profile, packaged_profiles
from grannskap.study.reading import check_functions, parse_study, read_study
from grannskap.study.record import study_as_dict
from grannskap.study.web import Map

__all__ = [
    "FunctionDemand",
    "Layer",
    "Map",
    "Model",
    "Output",
    "Print",
    "Profile",
    "Reach",
    "RoundWalks",
    "Site",
    "Source",
    "Study",
    "check_functions",
    "packaged_profile",
    "packaged_profiles",
    "parse_study",
    "read_study",
    "study_as_dict",
]
