"""The width of characters, line breaks, tables and the progress line."""

import io
import logging
import re
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.terminal.progress_line import ProgressLine
from pendo_contracts.terminal.progress_log import log_above
from pendo_contracts.terminal.styled_text import cell_width, paint, wrap
from pendo_contracts.terminal.text_table import Cell, Column, TextTable

TEXTS = st.text(st.sampled_from("ab 日😀e\u0301"), max_size=60)
ESCAPES = re.compile(r"\x1b\[[0-9]*m")


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("😀", 2), ("e\u0301", 1), ("é─", 2), ("한", 2), ("\u1112\u1161\u11ab", 2), ("", 0)],
)
def test_wide_characters_take_two_cells_and_combining_ones_none(text, width):
    assert cell_width(text) == width


def test_text_without_colors_or_a_style_is_unchanged():
    assert paint("a", "red", color=False) == paint("a", "", color=True) == "a"
    assert paint("a", "red", color=True) == "\x1b[31ma\x1b[0m"


@given(TEXTS, st.integers(2, 30), st.integers(0, 9))
def test_wrapped_lines_fit_and_keep_all_characters(text, width, indent):
    lines = wrap(text, width, indent)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_after_the_first_are_indented():
    assert wrap("  fix    send it again", 20, 9) == ["  fix    send it", "         again"]
    assert wrap("no width no break", None, 9) == ["no width no break"]


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5), st.integers(20, 60), st.booleans())
def test_table_fits_into_its_width_and_keeps_all_characters(rows, width, color):
    columns = [Column("name"), Column("count", right=True), Column("text")]
    cells = [[Cell(text, "red") for text in row] for row in rows]
    table = TextTable(color=color, width=width, rule="─").lines(columns, cells)
    plain = [ESCAPES.sub("", line) for line in table]
    assert all(cell_width(line) <= width for line in plain)
    assert sorted("".join(plain[2:]).replace(" ", "")) == sorted("".join(map("".join, rows)).replace(" ", ""))


def test_columns_are_aligned_and_a_row_without_cells_is_an_empty_line():
    columns = [Column("name"), Column("sent", right=True)]
    rows = [[Cell("日本"), Cell("1")], [], [Cell("a"), Cell("10")]]
    lines = TextTable(color=False, width=None).lines(columns, rows)
    assert lines == [" name  sent", " 日本     1", "", " a       10"]


def progress(total, encoding="utf-8", width=100):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    times = iter(range(100))
    line = ProgressLine(stream, total, color=False, width=lambda: width, clock=lambda: next(times), lock=nullcontext())
    return line, stream.buffer


def test_progress_is_drawn_in_one_line_and_removed_at_the_end():
    line, output = progress(2_000_000)
    with line:
        line.show(500_000, "3 requests")
        line.advance(500_000)
    drawn = output.getvalue().decode().split("\r\x1b[K")
    assert [text.count("━") for text in drawn] == [0, 0, 8, 15, 0]
    assert drawn[3].endswith(" 50% of 2.0 MB  3 requests  0:00:03 left")
    assert drawn[-1] == ""
    assert all(cell_width(text) < 100 for text in drawn)


@pytest.mark.parametrize(
    ("size", "text"),
    [(999, "999 bytes"), (999.9, "1.0 kB"), (1_500, "1.5 kB"), (999_999, "1.0 MB"), (1e16, "10000.0 TB")],
)
def test_progress_without_a_total_shows_the_bytes(size, text):
    line, output = progress(0)
    line.show(size, "1 request")
    assert output.getvalue().decode() == f"\r\x1b[K{text}  1 request"


def test_progress_follows_the_width_of_the_terminal():
    widths, stream = iter([60, 20]), io.StringIO()
    times = iter(range(10))
    line = ProgressLine(
        stream, 100, color=False, width=lambda: next(widths), clock=lambda: next(times), lock=nullcontext()
    )
    line.advance(50)
    line.advance(1)
    first, second = stream.getvalue().removeprefix("\r\x1b[K").split("\r\x1b[K")
    assert 20 < cell_width(first) < 60
    assert cell_width(second) < 20


def test_warnings_are_logged_above_the_progress():
    line, output = progress(100)
    with log_above(line), line:
        logging.getLogger("pendo-destination").warning("no answer from %s", "a")
        line.advance(50)
    drawn = output.getvalue().decode().split("\r\x1b[K")
    assert drawn[2] == "no answer from a\n"
    assert [text.count("50% of 100 bytes") for text in drawn] == [0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("width", "end"), [(60, "3 requests  0:00:01 left"), (45, "3 requests"), (30, "50% of 10 bytes"), (10, "50% of 1")]
)
def test_progress_in_a_narrow_terminal_leaves_off_the_least_important(width, end):
    line, output = progress(10, width=width)
    line.show(5, "3 requests")
    drawn = output.getvalue().decode().removeprefix("\r\x1b[K").rstrip()
    assert drawn.endswith(end)
    assert cell_width(drawn) < width


def test_progress_has_only_characters_of_the_encoding():
    line, output = progress(10, encoding="ascii")
    line.show(5)
    assert output.getvalue().startswith(b"\r\x1b[K" + b"#" * 15 + b"-" * 15 + b"   50%")


def test_frequent_changes_are_drawn_at_most_ten_times_a_second():
    stream = io.StringIO()
    line = ProgressLine(stream, 100, color=False, width=lambda: 60, clock=lambda: 1.0, lock=nullcontext())
    for _ in range(100):
        line.advance(1)
    assert stream.getvalue().count("\r") == 1
