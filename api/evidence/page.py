"""The custody report as one HTML page: it prints as it looks and loads nothing from elsewhere."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.evidence.report import Report

_TEMPLATES = Environment(
    loader=PackageLoader("api.evidence"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def page(report: Report) -> bytes:
    return _TEMPLATES.get_template("report.html").render(report=report).encode()
