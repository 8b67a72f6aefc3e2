"""Notebook: what the notebooks in ``notebooks/`` show, draw and let people fill in.

Names load when they are first used; only the two forms need ipywidgets (``pip install "grannskap[notebook]"``).

>>> from grannskap import notebook as nb
>>> nb.plot_access.__name__
'plot_access'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
