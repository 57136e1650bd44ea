"""Formats of reports for other programs: JUnit, SARIF, GitHub, Markdown and HTML; one module has one format."""
