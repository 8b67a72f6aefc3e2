"""The bundled sample: two small map extracts and a study of each, with made-up sites."""

from pathlib import Path

from .errors import SourceError


def sample_folder() -> Path:
    """Where is the bundled sample?

    An installed package carries it inside itself; a checkout has it in ``data/sample``.

    Returns
    -------
    Path
        Folder with ``study.toml``, ``study_kotka.toml``, the extracts that they name and a README
        that tells their source, date and licence.

    Raises
    ------
    SourceError
        Where neither is there.

    Examples
    --------
    >>> (sample_folder() / "study.toml").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    candidates = (package / "data" / "sample", package.parents[1] / "data" / "sample")
    for folder in candidates:
        if (folder / "study.toml").is_file():
            return folder
    raise SourceError(
        "The bundled sample is missing: there is no study.toml in {folders}. Install grannskap "
        "again, or use a study of your own.",
        folders=", ".join(map(str, candidates)),
    )
