"""Reports: values in, text out."""

from contracts.report.document import as_json
from contracts.report.report import Finding, Report, Row, summarize
from contracts.report.text import as_text

__all__ = ["Finding", "Report", "Row", "as_json", "as_text", "summarize"]
