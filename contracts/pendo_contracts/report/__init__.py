"""Reports: values in, text out."""

from pendo_contracts.report.document import as_json
from pendo_contracts.report.report import Finding, Report, Row, summarize
from pendo_contracts.report.text import as_text

__all__ = ["Finding", "Report", "Row", "as_json", "as_text", "summarize"]
