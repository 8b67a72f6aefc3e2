"""A form for one's own site: from coordinates to map, tables and all files, without a line of code."""

from pathlib import Path
from typing import Any

from grannskap.errors import GrannskapError
from grannskap.language import marked as _
from grannskap.language import texts_for
from grannskap.language.cards import said
from grannskap.notebook.controls import widgets
from grannskap.notebook.fields import field_of, folder_of, problems_in, study_of, told_in_a_form
from grannskap.notebook.parts import Row, Status, as_output, kindly
from grannskap.notebook.progress import DRAWING, told_steps
from grannskap.notebook.showing import files_table
from grannskap.osm.files import extracts_in
from grannskap.output.small_print import STANDING_NOTE
from grannskap.output.web_map import web_map
from grannskap.output.writing import write
from grannskap.pipeline import analyse
from grannskap.result import Result
from grannskap.sample import sample_folder
from grannskap.study.profile import STANDARD, packaged_profiles

EXAMPLE = {"place": "60,1720 24,9439", "radius": "1200", "file": "helsinki.osm.pbf"}
_PROFILES = {
    "standard": _("Social housing in general"),
    "older_people_care": _("Care home for older people"),
    "homeless_adults": _("Housing for adults who have been homeless"),
    "supported_housing": _("Flats with support"),
}
_SENSITIVITY = {
    "open": _("Open material"),
    "internal": _("Internal working material"),
    "protected": _("Protected: must not be passed on"),
}
_LABELS = {
    "name": _("Name of the place"),
    "place": _("Coordinates or address"),
    "radius": _("Within reach, in metres"),
    "source": _("File with map data"),
    "profile": _("Who lives there"),
    "sensitivity": _("Who may see it"),
    "folder": _("Folder for the files"),
}


class SiteForm:
    """Which site do you want to analyse?

    Parameters
    ----------
    language : {"sv", "en"}

    Attributes
    ----------
    result : Result or None
        What the last analysis gave, for further cells.
    rows : dict of str to Row
        Each field, and what is wrong with it.
    """

    def __init__(self, language: str = "sv") -> None:
        self.texts = texts_for(language)
        self.result: Result | None = None
        self.rows = {name: Row(self.texts.gettext(label), self._field(name)) for name, label in _LABELS.items()}
        self.status, self.written = Status(), Status()
        self.run = widgets.Button(description=self.texts.gettext("Analyse"), button_style="primary")
        self.write = widgets.Button(description=self.texts.gettext("Write all files"), disabled=True)
        self.map, self.tables, self.files = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.run.on_click(self._analyse)
        self.write.on_click(self._write)
        for name in set(_LABELS) - {"folder"}:
            self.rows[name].field.observe(self._changed, "value")
        above = [self.rows[name].box for name in _LABELS if name != "folder"]
        below = [self.rows["folder"].box, widgets.HBox([self.write, self.written.box]), self.files]
        self.box = widgets.VBox(
            [*above, widgets.HBox([self.run, self.status.box]), self.map, self.tables, *below],
            layout={"padding": "4px"},
        )

    def _repr_mimebundle_(self, **how: Any) -> Any:
        """How does it show itself in a notebook? As a widget."""
        return as_output(self.box, self.texts, how)

    def _field(self, name: str) -> Any:
        """Which widget takes a value? They stand filled in with the example."""
        texts = self.texts
        if name == "profile":
            choices = [(texts.gettext(_PROFILES.get(each, each)), each) for each in packaged_profiles()]
            return widgets.Dropdown(options=choices, value=STANDARD)
        if name == "sensitivity":
            choices = [(texts.gettext(label), key) for key, label in _SENSITIVITY.items()]
            return widgets.Dropdown(options=choices, value="internal")
        if name == "source":
            example = str(sample_folder() / EXAMPLE["file"])
            return widgets.Combobox(value=example, options=[example, *extracts_in(Path())], ensure_option=False)
        filled = {"name": texts.gettext("My place"), "folder": str(Path("out", "min_plats"))}
        return widgets.Text(value={**EXAMPLE, **filled}[name])

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields?"""
        return {name: str(row.field.value or "") for name, row in self.rows.items()}

    def _problem(self, error: GrannskapError | Exception, text: str) -> None:
        """Tell beside the field to which it belongs; beside the button where that is not known."""
        self.status.done()
        self.written.done()
        if isinstance(error, GrannskapError):
            self.rows[field_of(error)].problem(text)
        else:
            self.status.done(text)

    def _clear(self) -> None:
        for row in self.rows.values():
            row.problem("")
        self.written.done()

    def _changed(self, _: object = None) -> None:
        """Nothing is written of another place than the one that stands in the fields."""
        if self.result is not None and not self.write.disabled:
            self.write.disabled = True
            self.status.done(self.texts.gettext("Something was changed: analyse again before you write the files."))

    def _analyse(self, _: object = None) -> None:
        """What the first button does."""
        self._clear()
        self.result, self.write.disabled = None, True
        self.map.value = self.tables.value = self.files.value = ""
        self.run.disabled = True
        problems = problems_in(self.values)
        for problem in problems:
            self._problem(problem, told_in_a_form(problem, self.texts))
        if not problems:
            with kindly(self._problem, self.texts):
                self._show(self._analysed())
        self.run.disabled = False

    def _analysed(self) -> Result:
        texts, values = self.texts, self.values
        name = values["name"].strip() or texts.gettext("My place")
        study = study_of(values, name=name, language=texts.language)
        with told_steps(lambda step, share: self.status.show(texts.gettext(step), share)):
            return analyse(study)

    def _show(self, result: Result) -> None:
        texts = self.texts
        self.status.show(texts.gettext(DRAWING), 0.95)
        self.map.value = web_map(result)._repr_html_(with_still=False)
        self.tables.value = result._repr_html_() + said(texts.gettext(STANDING_NOTE), small=True)
        self.status.done(texts.gettext("Done. The map and the tables are below."))
        self.result, self.write.disabled = result, False

    def _write(self, _: object = None) -> None:
        """What the second button does."""
        self._clear()
        self.files.value = ""
        if self.result is None:
            return
        self.write.disabled = True
        with kindly(self._problem, self.texts):
            folder = folder_of(self.values["folder"])
            self.written.show(self.texts.gettext("Writes the files"), 0.5)
            files = write(self.result, folder)
            self.written.done()
            self.files.value = files_table(files, language=self.texts.language).html
        self.write.disabled = False
