"""Every sentence for people has a translation, with the same places for values, and none is left
over."""

import ast
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import grannskap
from grannskap.comparison.measures import read_measures
from grannskap.routes.roundwalks import ROUND_WALK
from grannskap.study import packaged_profile, packaged_profiles

PACKAGE = Path(grannskap.__file__).parent
ERRORS = ["StudyError", "AddressNotFound", "SourceError", "SnapshotError", "TableError", "OutputError", "ClusterError"]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys([*ERRORS, "GrannskapError", "texts", "gettext", "marked", "_"]),
    "ngettext": (1, 2),
}

Forms = tuple[str, ...]


def as_forms(text: object) -> Forms:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def catalogue(language: str) -> dict[Forms, Forms]:
    """Read a catalogue: the forms of each message id → the forms of its translation."""
    path = PACKAGE / "language" / f"{language}.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    return {as_forms(each.id): as_forms(each.string) for each in messages if each.id}


def in_code() -> set[Forms]:
    """Find the message ids that stand in the code."""
    found = extract_from_dir(str(PACKAGE), method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {as_forms(message) for _, _, message, _, _ in found if message}


def in_pages() -> set[Forms]:
    """Find the message ids that stand in the HTML templates."""
    pages = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.html")]
    calls = re.compile(r"""\bgettext\((["'])(.+?)\1\)""")
    return {(found[2],) for page in pages for found in calls.finditer(page)}


def constants() -> set[Forms]:
    """Find every text in the code: a message may be kept as data without being marked."""
    trees = [ast.parse(path.read_bytes()) for path in PACKAGE.rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {(node.value,) for node in nodes if isinstance(node.value, str)}


def in_profiles() -> set[Forms]:
    """Find the words of the packaged profiles."""
    profiles = [packaged_profile(name) for name in packaged_profiles()]
    words = [word for profile in profiles for word in (profile.description, profile.unit)]
    for profile in profiles:
        words += [word for one in profile.functions.values() for word in (one.reason, one.source)]
        words += [profile.round_walks.reason, profile.round_walks.source]
    return {(word,) for word in words if word}


def in_measures() -> set[Forms]:
    """Find the words of the measures that sites are compared by."""
    words = ((each.definition, each.caution, each.unit) for each in read_measures())
    return {(word,) for said in words for word in said}


def identifiers() -> set[Forms]:
    """Find the ids of the kinds and functions that the place knows, and of the measures of a comparison."""
    kinds = {(f"kind:{kind['id']}",) for kind in rules("kinds.toml")["kind"]}
    functions = {(f"function:{each['id']}",) for each in rules("functions.toml")["function"]}
    measures = {(f"measure:{each.id}",) for each in read_measures()}
    return kinds | functions | {(f"function:{ROUND_WALK}",)} | measures


def phrases() -> set[Forms]:
    """Find the ids of what stands within a sentence: places that residents walk to, by kind and by function."""
    functions = rules("functions.toml")["function"]
    kinds = {kind for each in functions for kind in each["kinds"]}
    forms = {(f"{form}:{kind}",) for kind in kinds for form in ("definite", "indefinite")}
    return forms | {(f"plural:{each['id']}",) for each in functions}


def rules(name: str) -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((PACKAGE / "place" / name).read_text(encoding="utf-8"))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def untranslated(needed: set[Forms], language: str) -> list[Forms]:
    said = catalogue(language)
    return sorted(message for message in needed if not all(said.get(message, ("",))))


def test_every_sentence_is_translated_into_swedish() -> None:
    assert untranslated(in_code() | in_pages() | in_profiles() | in_measures(), "sv") == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_kind_function_and_measure_has_a_label(language: str) -> None:
    assert untranslated(identifiers() | phrases(), language) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_function_of_a_profile_is_known(language: str) -> None:
    profiles = [packaged_profile(name) for name in packaged_profiles()]
    needed = {(f"function:{function}",) for profile in profiles for function in profile.functions}
    assert sorted(needed - set(catalogue(language))) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_labels_begin_with_a_capital_and_differ(language: str) -> None:
    said = catalogue(language)
    labels = {message[0]: said[message][0] for message in identifiers() if message in said}
    assert [label for label in labels.values() if not label[:1].isupper()] == []
    for family in ("kind:", "function:", "measure:"):
        own = [label for message, label in labels.items() if message.startswith(family)]
        assert len(own) == len(set(own))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_translations_keep_the_places_for_values(language: str) -> None:
    said = catalogue(language)
    differ = [
        message
        for message, forms in said.items()
        if any(places(form) != places(message[-1]) for form in forms[-1:])
        or any(not places(form) <= places("".join(message)) for form in forms)
    ]
    assert differ == []


def test_no_translation_is_left_over() -> None:
    needed = in_code() | in_pages() | in_profiles() | in_measures() | constants() | identifiers() | phrases()
    assert sorted(set(catalogue("sv")) - needed) == []
    assert sorted(set(catalogue("en")) - identifiers() - phrases()) == []
