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
from collections.abc import Mapping
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

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:"
)

_UNSAFE = re.compile("[<>&\u2028\u2029]|\\{(?=[{%#])")


def asset(name: str) -> str:
    """What stands in a file of the folder ``assets``?"""
    return _folder("assets").joinpath(name).read_text(encoding="utf-8")


def fill(name: str, /, **values: object) -> Markup:
    """How does an HTML template read with its values, all of them escaped?"""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return Markup(environment.from_string(asset(name)).render(values))  # noqa: S704


def script_json(data: object) -> str:
    r"""How is data written so that it can stand within a script and never end it?

    Folium reads what a layer has written once more as a Jinja template, so that braces in a name
    would run as code in Python; ``{`` before ``{``, ``%`` or ``#`` is therefore escaped as well. In
    JSON they can only meet within a text.

    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
    """The whole HTML page: policy first, then styles, scripts, panel and map."""

    _template = jinja2.Template(asset("page.html"))

    def __init__(self, *, title: str, language: str, panel: Markup) -> None:
        super().__init__(ratio="68%", title=html.escape(title))
        self.language = html.escape(language)
        self.panel = panel
        self.policy = CONTENT_SECURITY_POLICY
        self.styles = (leaflet_style(), look.css_variables(), asset("webmap.css"))
        self.scripts = (leaflet_script(), asset("webmap.js"), asset("ways.js"), asset("street_names.js"))


class WebMap(folium.Map):
    """A `folium.Map` that needs no network.

    Further ``folium.GeoJson`` and ``folium.FeatureGroup`` can be added to it. What needs files
    from elsewhere (tiles, plugins, folium's own popups and awesome markers) is stopped by the
    page's policy.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(asset("leaflet_map.html"))

    def __init__(self, page: Page, *, centre: tuple[float, float], settings: object) -> None:
        super().__init__(
            location=centre,
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
        self.settings = script_json(settings)
        page.add_child(self)


class DrawnLayer(folium.map.Layer):
    """One layer of the map, which ``assets/webmap.js`` draws from a GeoJSON and its rules.

    Parameters
    ----------
    key : str
        Name of the layer within the page, such as "flows".
    label : str
        Name for the reader; shown as text.
    content : mapping
        ``order`` (what lies on top), ``features`` (GeoJSON), ``styles``, ``labels`` and ``mark``.
    show : bool
        Whether the layer is on when the page opens.
    sign : str
        HTML of the sign before the label, written by this package.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = grannskap.layer({{ this._parent.get_name() }}, "
        "{{ this.content }}){% if this.show %}.addTo({{ this._parent.get_name() }}){% endif %};"
        "{% endmacro %}"
    )

    def __init__(
        self,
        key: str,
        label: str,
        *,
        content: Mapping[str, object],
        show: bool = True,
        sign: str = "",
    ) -> None:
        text = html.escape(label).replace("{", "&#123;")
        super().__init__(name=sign + text, overlay=True, show=show)
        self._name = "DrawnLayer"
        self._id = _same_id("layer", key)
        self.key = key
        self.content = script_json({"key": key, **content})

    def render(self, **kwargs: Any) -> Any:
        """Write the layer's script; unlike folium's, the same however often it is called."""
        super(folium.map.Layer, self).render(**kwargs)  # type: ignore[no-untyped-call]


class LayerList(folium.LayerControl):
    """Folium's layer control, with the same name in each run."""

    def __init__(self) -> None:
        super().__init__(collapsed=True, autoZIndex=False)
        self._id = _same_id("layers")
