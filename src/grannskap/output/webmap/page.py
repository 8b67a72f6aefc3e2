"""How does a folium map become one page that asks no host for anything?

Folium's own pages fetch Leaflet, jQuery and Bootstrap from four hosts and put names into scripts
unescaped. This page carries the vendored Leaflet (1.9.3, BSD-2-Clause) in itself, forbids all
requests by a content security policy, and hands names over as data that the script shows as text.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import branca.element
import folium
import jinja2
from folium.template import Template
from markupsafe import Markup

from grannskap.output import look
from grannskap.output.webmap.frame import Still, framed
from grannskap.output.webmap.policy import map_policy

STYLES = ("webmap.css", "panel.css")
SCRIPTS = ("webmap.js", "marks.js", "street_names.js", "ways.js", "actors.js", "panel.js")
EMPTY = Markup()
Corners = list[list[float]]

_UNSAFE = re.compile("[<>&\u2028\u2029]|\\{(?=[{%#])")


def asset(name: str) -> str:
    """What stands in a file of the folder ``assets``?"""
    return _folder("assets").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(name: str, /, **values: object) -> Markup:
    """How does an HTML template read with its values, all of them escaped?"""
    return Markup(_environment().get_template(name).render(values))  # noqa: S704


def script_json(data: object) -> str:
    r"""How is data written so that it can stand within a script and never end it?

    Folium reads what its own layers have written once more as a Jinja template, so that braces in a
    name would run as code in Python; ``{`` before ``{``, ``%`` or ``#`` is therefore escaped as well.
    In JSON they can only meet within a text.

    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def sign_html(classes: str, *, text: str = "", colour: str = "", ink: str = "") -> Markup:
    """How is the sign of a layer, a function or an actor written in HTML? Seen only; its label says the same.

    >>> sign_html("disc", text="1")
    Markup('<span class="disc" aria-hidden="true">1</span>')
    """
    style = Markup(' style="background-color:{};color:{}"').format(colour, ink) if colour else ""
    return Markup('<span class="{}"{} aria-hidden="true">{}</span>').format(classes, style, text)


def _folder(name: str) -> Traversable:
    return files("grannskap.output").joinpath(name)


@cache
def leaflet_script() -> str:
    """What is Leaflet's script, with its licence and without addresses?"""
    leaflet = _folder("vendor").joinpath("leaflet")
    script = leaflet.joinpath("leaflet.js").read_text(encoding="utf-8")
    script = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)
    script = script.replace("https://leafletjs.com", "")
    licence = leaflet.joinpath("LICENSE").read_text(encoding="utf-8")
    return f"/*! Leaflet 1.9.3\n{licence}*/\n{script}"


@cache
def leaflet_style() -> str:
    """What is Leaflet's style sheet, with its pictures in itself?"""
    leaflet = _folder("vendor").joinpath("leaflet")
    style = leaflet.joinpath("leaflet.css").read_text(encoding="utf-8")
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = style.replace("behavior: url(#default#VML);", "")
    return re.sub(r"url\((images/[\w.-]+)\)", lambda found: _data_uri(leaflet.joinpath(found[1])), style)


def _data_uri(picture: Traversable) -> str:
    return f"url(data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()})"


def _same_id(*parts: str) -> str:
    """Which 32 hexadecimal digits name an element, the same in each run?"""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


class Page(branca.element.Figure):
    """The whole HTML page: policy first, then styles, scripts, panel and map.

    Parameters
    ----------
    title, language : str
    panel : Markup
    settings : mapping
        What ``assets/webmap.js`` reads: ``limits`` and ``view`` (south-west and north-east corner, latitude before
        longitude), ``words`` and, where there is a list of actors, the data of
        `grannskap.output.webmap.table.ActorTable`.
    tile_host : str
        The only host that may be asked for pictures; none when "".
    still : callable, optional
        Draws what a notebook shows of the map before its scripts may run.
    """

    _template = jinja2.Template(asset("page.html"))

    def __init__(
        self,
        *,
        title: str,
        language: str,
        panel: Markup,
        settings: Mapping[str, Any],
        tile_host: str = "",
        still: Callable[[], Still] | None = None,
    ) -> None:
        super().__init__(ratio="68%", title=html.escape(title))
        self.language = html.escape(language)
        self.panel = panel
        self.settings = script_json(settings)
        self.tile_host = tile_host
        self.still = still
        self.styles = (leaflet_style(), look.css_variables(), *map(asset, STYLES))
        self.scripts = (leaflet_script(), *map(asset, SCRIPTS))

    def render(self, **kwargs: Any) -> str:
        """Write the page; what is added to the map comes before the list of layers that tells of it."""
        for child in tuple(self._children.values()):
            child.render(**kwargs)
        listed = self.script._children.pop(LayerList.SCRIPT, None)  # noqa: SLF001 - branca has no other way
        drawn = f"const grannskapSettings = {self.settings};\n{self.script.render(**kwargs)}"
        last = listed.render(**kwargs) if listed else ""
        scripts = [f"\n{script}\n" for script in (*self.scripts, drawn, last)]
        policy = map_policy(self.tile_host)
        return str(self._template.render(this=self, kwargs=kwargs, policy=policy, scripts=scripts))

    def _repr_html_(self, *, with_still: bool = True, **_: Any) -> str:
        """How does the page show itself in a notebook? In a frame whose scripts reach nothing around it."""
        still = self.still() if with_still and self.still else None
        return framed(self.render(), title=Markup(self.title), language=self.language, still=still)  # noqa: S704 - escaped


class WebMap(folium.Map):
    """A `folium.Map` that needs no network.

    Further layers, markers and popups of folium can be added to it. What needs files from elsewhere
    (tiles, plugins, awesome markers) is stopped by the page's policy. Text of one's own in folium's
    popups is HTML: escape it.

    Parameters
    ----------
    page : Page
    label : str
        What those hear who come to the map.
    limits : list of list of float
        South-west and north-east corner, latitude before longitude.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(asset("leaflet_map.html"))

    def __init__(self, page: Page, *, label: str, limits: Corners) -> None:
        (south, west), (north, east) = limits
        super().__init__(
            location=((south + north) / 2, (west + east) / 2),
            tiles=None,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            zoom_start=14,
            min_zoom=11,
            max_zoom=20,
        )
        self._id = _same_id("map")
        self.label = html.escape(label)
        page.add_child(self)


class _Written(branca.element.Element):
    """A script that is written as it is: read as a template, data would take long and could run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **kwargs: Any) -> str:
        """Write it."""
        del kwargs
        return self._text


class DrawnLayer(folium.map.Layer):
    """One layer of the map, which ``assets/webmap.js`` draws from a GeoJSON and its rules.

    Parameters
    ----------
    key : str
        Name of the layer within the page, such as "flows".
    label : str
        Name for the reader; shown as text.
    group : str
        Under which heading of the list it stands.
    content : mapping
        ``order`` (what lies on top), ``features`` (GeoJSON), ``styles``, ``labels`` and ``mark``.
    show : bool
        Whether the layer is on when the page opens.
    sign : Markup
        The sign before the label.
    rows : sequence of mapping
        ``sign`` and ``label`` of what is told apart within the layer.
    unit : str
        What the rows tell, or what else must be known of the layer.
    """

    def __init__(
        self,
        key: str,
        label: str,
        *,
        group: str,
        content: Mapping[str, object],
        show: bool = True,
        sign: Markup = EMPTY,
        rows: Sequence[Mapping[str, object]] = (),
        unit: str = "",
    ) -> None:
        super().__init__(name=label, overlay=True, control=False, show=show)
        self._name = "DrawnLayer"
        self._id = _same_id("layer", key)
        self.key, self.label, self.group = key, label, group
        self.sign, self.rows, self.unit = sign, rows, unit
        self.content = script_json({"key": key, **content})

    def render(self, **kwargs: Any) -> str:
        """Write the layer's script; unlike folium's, the same however often it is called."""
        del kwargs
        name, page = self.get_name(), self.get_root()
        if self._parent is None or not isinstance(page, Page):
            message = "a web map stays in the page that it was made with: show it or save it as it is"
            raise TypeError(message)
        script = f"var {name} = grannskap.layer({self._parent.get_name()}, {self.content})"
        added = f".addTo({self._parent.get_name()})" if self.show else ""
        page.script.add_child(_Written(f"{script}{added};"), name=name)
        return ""


class LayerList(folium.LayerControl):
    """What joins the list in the panel to the map: its boxes, and a row for each layer that a user has added.

    It is a script of its own at the end of the page, so that it knows what was added later, and runs also where
    something that was added fails.
    """

    SCRIPT = "layer_list"

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "grannskap.listed({{ this._parent.get_name() }}, [{% for name, layer in this.overlays.items() %}"
        "[{{ name|tojson }}, {{ layer }}],{% endfor %}]);"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._id = _same_id("layers")

    def get_name(self) -> str:
        """Under which name does the script stand in the page?"""
        return self.SCRIPT
