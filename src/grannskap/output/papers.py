"""What is put on the table: the printed map, the written analysis and the contact list, made together."""

from pathlib import Path

from grannskap.output.sheet.layout import print_files
from grannskap.result import Result
from grannskap.timing import step


def papers(result: Result, workshop: Path, *, language: str | None = None) -> list[Path]:
    """Which papers does a result become?

    Parameters
    ----------
    result : Result
    workshop : Path
        Folder to make them in.
    language : {"sv", "en"}, optional
        That of the study when left out.

    Returns
    -------
    list of Path
        ``map-a3.pdf`` (or as the study's ``[print]`` says), ``report.docx``, ``report.html``, ``contacts.xlsx``; the
        last holds what is for internal use only.
    """
    # Loading what makes them takes longer than a quick analysis.
    from grannskap.output.contacts.workbook import contacts  # noqa: PLC0415
    from grannskap.output.report.content import report  # noqa: PLC0415
    from grannskap.output.report.docx import report_docx  # noqa: PLC0415
    from grannskap.output.report.page import report_html  # noqa: PLC0415
    from grannskap.output.sheet.print_map import print_map  # noqa: PLC0415

    made = []
    for name in print_files(result.study.print):
        with step("printed map"):
            print_map(result, workshop / name, language=language)
        made.append(workshop / name)
    with step("report"):
        content = report(result, language=language)
        for name, write in (("report.docx", report_docx), ("report.html", report_html)):
            write(result, workshop / name, language=language, content=content)
            made.append(workshop / name)
    with step("contacts"):
        contacts(result, workshop / "contacts.xlsx", language=language)
    return [*made, workshop / "contacts.xlsx"]
