"""Upon what does a figure or a table of a notebook rest: which study or place, which data, which settings?"""

from grannskap.language import texts_for
from grannskap.language.writing import plain
from grannskap.notebook.charts import Basis
from grannskap.output.small_print import data_date, small_print
from grannskap.place.place import Place
from grannskap.result import Result


def basis_of(what: Result | Place, *, language: str | None = None) -> Basis:
    """What is told below a figure of this result or place?

    Parameters
    ----------
    what : Result or Place
    language : {"sv", "en"}, optional
        That of the study when left out, Swedish for a place.
    """
    if isinstance(what, Place):
        return Basis(texts_for(language or "sv"), "", plain(what.data_date), plain(what.source.get("path", "")))
    texts, source = texts_for(language or what.study.language), what.manifest.get("source")
    file = plain(str(source.get("path", ""))) if isinstance(source, dict) else ""
    return Basis(texts, what.study.name, data_date(what), file, small_print(what, texts)[0])
