"""How does a page show itself in a notebook? In a frame, with a picture behind it."""

import base64

from markupsafe import Markup

from grannskap.language import texts_for

_FRAME = Markup(
    '<div style="position:relative;height:640px">{behind}<iframe title="{title}" srcdoc="{page}" '
    'sandbox="allow-scripts" referrerpolicy="no-referrer" '
    'style="position:absolute;inset:0;width:100%;height:100%;border:0"></iframe></div>'
)
_WORDS = Markup('<p style="margin:0;height:2em">{words}</p>')
_PICTURE = Markup('<img src="data:image/png;base64,{picture}" alt="{alt}" style="max-width:100%;max-height:600px">')

Still = tuple[bytes, str]
"""A picture (PNG) of a map, and its words."""


def framed(page: str, *, title: str, language: str, still: Still | None = None) -> str:
    """Which HTML shows this page within another, so that its scripts reach nothing around it?

    Parameters
    ----------
    page : str
        A whole HTML page.
    title : str
        Of the frame, for those who hear it.
    language : {"sv", "en"}
    still : (bytes, str), optional
        What is seen where a notebook is opened that somebody else has run: JupyterLab takes the frame out of it. With
        the frame there it lies behind.

    Returns
    -------
    str
        HTML without any script of its own.
    """
    texts = texts_for(language)
    if still is None:
        behind = _WORDS.format(words=texts.gettext("The map shows when the cell is run."))
    else:
        words = texts.gettext("A picture of the map. Run the cell for the map that can be moved and clicked.")
        picture = _PICTURE.format(picture=base64.b64encode(still[0]).decode(), alt=still[1])
        behind = _WORDS.format(words=words) + picture
    return str(_FRAME.format(behind=behind, title=title, page=page))
