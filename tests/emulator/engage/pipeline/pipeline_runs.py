"""Runs pipelines on rows of tests."""

from pathlib import Path

from pendo_emulator.engage.pipeline import ExpressionContext, PipelineError, read_request, run_request

FIXTURES = Path(__file__).parents[4] / "fixtures/engage"
NOW = 1795983826144
CONTEXT = ExpressionContext(NOW)


def document(*steps):
    return {"request": {"pipeline": list(steps)}}


def answer(request_document, sources, context=CONTEXT, **options):
    """Run a document; `sources` has the rows of each source."""
    request = read_request(request_document, context, limits=options.get("limits"), source_names=sources)
    opened = {name: lambda _, rows=rows: iter(rows) for name, rows in sources.items()}
    return run_request(request, opened, **options)


def run(rows, *steps, sources=None, **options):
    """Return the rows after steps that get these rows."""
    source = {"source": {"events": None}}
    return answer(document(source, *steps), {"events": rows, **(sources or {})}, **options).rows


def error_of(*steps, context=CONTEXT, **options):
    """Return the error of steps that are refused."""
    try:
        answer(document(*steps), {"events": [], "visitors": []}, context, **options)
    except PipelineError as error:
        return error
    raise AssertionError(f"{steps} are not refused")


def error_after_source(*steps, **options):
    return error_of({"source": {"events": None}}, *steps, **options)
