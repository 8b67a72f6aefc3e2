"""The widgets that forms are made of, or one sentence where they are not installed."""

from grannskap.errors import GrannskapError

try:
    import ipywidgets as widgets
except ImportError as error:
    raise GrannskapError('Forms need ipywidgets: run pip install "grannskap[notebook]".') from error

__all__ = ["widgets"]
