from .comparison.comparing import compare
from .errors import AddressNotFound, GrannskapError, SourceError, StudyError
from .fetching import fetch_place
from .opening import open_place
from .output.web_map import web_map
from .output.writing import write
from .pipeline import analyse
from .place.place import Place
from .result import Result
from .routes.flows import route_flows
from .routes.network import Network
from .sample import sample_folder
from .study.model import Study
from .study.reading import read_study
from .version import __version__

__all__ = [
    "AddressNotFound",
    "GrannskapError",
    "Network",
    "Place",
    "Result",
    "SourceError",
    "Study",
    "StudyError",
    "__version__",
    "analyse",
    "compare",
    "fetch_place",
    "open_place",
    "read_study",
    "route_flows",
    "sample_folder",
    "web_map",
    "write",
]
