"""Which words do the scripts of the page say themselves?"""

from markupsafe import Markup

from grannskap.language import Texts
from grannskap.output.small_print import ATTRIBUTION


def words(texts: Texts) -> dict[str, str]:
    """What do the scripts of every map say, by the names that they use?

    Places for values stand in braces, such as ``{n}``; the scripts fill them in.
    """
    return {
        "closer": texts.gettext("Zoom in"),
        "farther": texts.gettext("Zoom out"),
        "close": texts.gettext("Close"),
        "hide": texts.gettext("Hide the panel"),
        "show": texts.gettext("Show the panel"),
        "passages": texts.gettext("{n} passages per week"),
        "unsure": texts.gettext("the rank is unsure"),
        "shown": texts.gettext("{n} of {all} actors are listed"),
        "more": texts.gettext("Others that you have added"),
        "attribution": str(Markup.escape(texts.gettext(ATTRIBUTION))),
    }
