"""The report, and each sheet beside it, as one self-contained page."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rowcast_reports.page import Report
from rowcast_reports.sheet import Sheet


def _data_value(value: float | str | None) -> str:
    """What a table's cell is sorted by; figures keep every digit of the result file."""
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(float(value))


def render(report: Report) -> str:
    return _environment().get_template("report.html.j2").render(report=report)


def render_sheet(sheet: Sheet) -> str:
    return _environment().get_template("sheet.html.j2").render(sheet=sheet)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("rowcast_reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_value"] = _data_value

    def verbatim(name: str) -> Markup:
        """A style sheet or script: the page's own text, not data."""
        assert environment.loader is not None
        return Markup(environment.loader.get_source(environment, name)[0])

    environment.globals["verbatim"] = verbatim
    environment.globals["inline_svg"] = Markup
    return environment
