"""The version, which stands in every manifest. It is known from the installed package only."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("grannskap")
except PackageNotFoundError:  # a checkout that was put on the path and never installed
    __version__ = "0+unknown"
