"""Reports: counts and findings of a run, as Python objects, text or JSON."""

from pendo_contracts.report.json_report import as_json
from pendo_contracts.report.outcome import Outcome, conclude
from pendo_contracts.report.report import Report, Row
from pendo_contracts.report.text_report import as_text, headline

__all__ = ["Outcome", "Report", "Row", "as_json", "as_text", "conclude", "headline"]
