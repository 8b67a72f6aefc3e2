"""What axe-core finds wrong with a page for those who cannot see it well, hear it or use a mouse."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAVE = ("critical", "serious")
"""A page with a finding of this impact keeps someone from using it."""


@cache
def _script() -> str:
    pytest.importorskip("axe_playwright_python", reason="axe-core is not installed, so no page is audited")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: "Page", *, within: str = "html", impacts: tuple[str, ...] = GRAVE) -> list[str]:
    """Audit the page as it stands, and tell each finding on a line: impact, rule, where, why.

    Parameters
    ----------
    page : Page
        Opened by Playwright; its policy may forbid all scripts.
    within : str
        Selector of the part that is looked at.
    impacts : tuple of str
        Findings of another impact ("moderate", "minor") are left out.
    """
    page.evaluate(_script())
    found: dict[str, Any] = page.evaluate("part => axe.run(part, { resultTypes: ['violations'] })", within)
    return [
        f"{rule['impact']} {rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in impacts
        for node in rule["nodes"]
    ]
