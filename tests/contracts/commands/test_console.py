"""Colour, width and characters of the output."""

import io
import json

import pytest
from click import HelpFormatter

from pendo_contracts.commands.console import (
    can_redraw,
    escape_non_ascii,
    help_width,
    is_utf8,
    page_width,
    show_every_character,
    terminal_width,
    use_color,
)
from pendo_contracts.commands.option_types import NewFile


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "colored"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "0"}, False),
        (Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_color_depends_on_the_terminal_and_the_environment(stream, environ, colored):
    assert use_color(stream, environ) == colored


@pytest.mark.parametrize(
    ("stream", "environ", "width"),
    [
        (Terminal(), {"COLUMNS": "20"}, 20),
        (Terminal(), {"COLUMNS": "wide"}, 80),
        (Terminal(), {}, 80),
        (io.StringIO(), {"COLUMNS": "20"}, None),
    ],
)
def test_lines_are_wrapped_only_at_a_terminal(stream, environ, width):
    assert terminal_width(stream, environ) == width


@pytest.mark.parametrize(("stream", "width"), [(Terminal(), 40), (io.StringIO(), 100)])
def test_pages_are_as_wide_as_the_terminal_up_to_a_limit(stream, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert (page_width(stream, 100), page_width(stream, 30)) == (width, 30)


@pytest.mark.parametrize(
    ("stream", "environ", "possible"),
    [(Terminal(), {}, True), (Terminal(), {"TERM": "dumb"}, False), (io.StringIO(), {}, False)],
)
def test_progress_needs_a_terminal_that_can_draw_a_line_again(stream, environ, possible):
    assert can_redraw(stream, environ) == possible


def test_characters_beyond_the_encoding_are_shown_as_escapes():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="strict")
    show_every_character(stream)
    stream.write("é│😀\ud800")
    stream.flush()
    assert stream.buffer.getvalue() == b"\xe9\\u2502\\ud83d\\ude00\\ud800"


def test_escaped_json_has_the_same_value():
    value = {"é": "│😀"}
    escaped = escape_non_ascii(json.dumps(value, ensure_ascii=False))
    assert escaped.isascii()
    assert json.loads(escaped) == value


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", True), ("UTF8", True), ("cp1252", False)])
def test_utf8_is_recognized_by_all_its_names(encoding, expected):
    assert is_utf8(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) == expected


def test_stdout_is_rejected_as_a_new_file(tmp_path):
    with pytest.raises(Exception, match="`-` is not a file name: advice"):
        NewFile("advice").convert("-", None, None)
    assert NewFile().convert(str(tmp_path / "f"), None, None) == tmp_path / "f"


@pytest.mark.parametrize("columns", ["", "0", "40", "70", "200", "wide", "-1"])
def test_helps_have_the_width_of_click(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert help_width() == HelpFormatter().width
