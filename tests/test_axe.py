"""The audit of pages finds what it should find."""

from typing import TYPE_CHECKING

import pytest
from axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
SOUND = """<!DOCTYPE html><html lang="sv"><head>%s<title>Karta</title></head>
<body><main><h1>Karta</h1><button type="button">Visa</button><p style="color:%s">Text</p></main></body></html>"""


@pytest.mark.parametrize("policy", ["", POLICY], ids=["no policy", "no scripts"])
def test_a_sound_page_passes(page: "Page", policy: str) -> None:
    page.set_content(SOUND % (policy, "#1d1d1b"))
    assert violations(page) == []


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("#1d1d1b", "#bbbbbb", "color-contrast"),
        (">Visa<", "><", "button-name"),
        (' lang="sv"', "", "html-has-lang"),
        ("<p ", '<img src="data:,"><p ', "image-alt"),
        ("<p ", '<p role="checkbox" ', "aria-required-attr"),
    ],
)
def test_what_is_wrong_is_found(page: "Page", right: str, wrong: str, rule: str) -> None:
    page.set_content((SOUND % (POLICY, "#1d1d1b")).replace(right, wrong))
    found = violations(page)
    assert any(f" {rule}: " in line for line in found)
    assert violations(page, impacts=("minor",)) == []


def test_only_the_part_that_is_asked_for_is_looked_at(page: "Page") -> None:
    page.set_content((SOUND % ("", "#bbbbbb")).replace("<p ", '<p id="faint" '))
    assert violations(page, within="button") == []
    assert len(violations(page, within="#faint")) == 1
