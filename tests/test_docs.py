"""The documentation is true: its examples run, and its commands, options, links and paths exist."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import pytest
import requests

from pendo_destination.cli import main as pendo_destination
from pendo_emulator.cli import main as pendo_emulator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("contracts", "destination", "emulator", "fixtures")
FOLDER_PAGES = [ROOT / "CHANGELOG.md", *(ROOT / folder / "README.md" for folder in FOLDERS)]
FOLDER_PAGES += sorted((ROOT / "docs/engage").glob("*.md"))
PROGRAMS = {"pendo-emulator": pendo_emulator, "pendo-destination": pendo_destination}
ADDRESSES = {"pendo-emulator": "http://127.0.0.1:8080", "pendo-destination": "http://127.0.0.1:8081"}
TEXTS = {page: page.read_text("utf-8") for page in PAGES}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLE = re.compile(r"^\$ (.*\n)((?:> .*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^]\n]*\]\(([^)\s]+)\)")
REPOSITORY_PATH = re.compile(r"(?:contracts|destination|docs|emulator|fixtures|tests)/[\w./<>*-]*")
QUOTES = str.maketrans(dict.fromkeys("\"'()", " "))
WITHOUT_SLOW_PLUGINS = "-p no:cacheprovider -p no:schemathesis -p no:hypothesispytest"
ALONE = {"&&", "||", "|", ";", ">", "--"}


def blocks(*languages):
    """List the code blocks in these languages, each named by its page and line."""
    return [
        pytest.param(block[2], id=f"{page.name}:{text.count(chr(10), 0, block.start()) + 1}")
        for page, text in TEXTS.items()
        for block in FENCE.finditer(text)
        if block[1] in languages
    ]


def outside_code(page):
    return FENCE.sub("", page.read_text("utf-8"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Prepare a reader's files: the fixtures, a HAR file, both commands, and a separate certificate authority."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    shutil.copy(ROOT / "fixtures/captures/region-us.har", tmp_path / "session.har")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PENDO_EMULATOR_CA_DIR", str(tmp_path / "ca"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def run(command, folder):
    """Run a shell command and return its exit code and its output."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


@contextmanager
def serving(line, folder):
    """Start a server on a free port, and stop it afterwards; yield its address."""
    with subprocess.Popen([*shlex.split(line), "--port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            lines = (line for line in server.stdout if not line.startswith("Requests go to "))
            printed = next((line for line in lines if "http://" in line), "")
            url = re.search(r"http://[\d.:]+", printed)
            assert url, f"{line} did not start"
            yield url[0]
        finally:
            server.terminate()
            server.stdout.read()
    assert server.returncode == 0


def is_server(line):
    return re.match(r"pendo-(emulator|destination) serve\b", line)


@pytest.mark.parametrize("block", blocks("sh"))
def test_shell_examples_succeed(block, folder):
    addresses = {}
    with ExitStack() as servers:
        for line in block.splitlines():
            command = re.sub("|".join(ADDRESSES.values()), lambda usual: addresses[usual[0]], line)
            if line.startswith("make "):
                command = f"make --dry-run --directory {ROOT} {command.removeprefix('make ')}"
            if is_server(line):
                addresses[ADDRESSES[line.split()[0]]] = servers.enter_context(serving(command, folder))
                continue
            code, output = run(command, folder)
            assert code == 0, f"{command}\n{output}"
        for url in addresses.values():
            assert requests.get(f"{url}/readyz", timeout=10).status_code < 500


@pytest.mark.parametrize("block", blocks("console"))
def test_console_examples_print_the_output_on_the_page(block, folder):
    for first, more, shown in EXAMPLE.findall(block):
        command = first + re.sub("^> ", "", more, flags=re.MULTILINE)
        output = run(command, folder)[1]
        pieces = [re.escape(piece) for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
        assert re.fullmatch("(?:.*\n)*".join(pieces), output), output


@pytest.mark.parametrize("block", blocks("python"))
def test_python_examples_run(block, folder):
    is_test = "def test_" in block
    (folder / "test_example.py").write_text(block, "utf-8")
    pytest_command = f"python -m pytest -q {WITHOUT_SLOW_PLUGINS} test_example.py"
    command = pytest_command if is_test else "python test_example.py"
    code, output = run(command, folder)
    assert code == 0, output


def commands_in(text):
    """Return the commands in code blocks and in inline code, each as the list of its words up to a pipe or `--`."""
    lines = [line.removeprefix("$ ") for _, block in FENCE.findall(text) for line in block.splitlines()]
    for piece in (*lines, *CODE.findall(FENCE.sub("", text))):
        for start in re.finditer(r"\bpendo-(?:emulator|destination) [a-z]", piece):
            words = shlex.split(piece[start.start() :].translate(QUOTES))
            yield words[: next((place for place, word in enumerate(words) if word in ALONE), len(words))]


def find_command(words):
    """Find the command that words name; return the command, the remaining words, and the words of its name."""
    found, rest = PROGRAMS[words[0]], words[1:]
    while isinstance(found, click.Group) and rest:
        name, rest = rest[0], rest[1:]
        found = found.get_command(click.Context(found), name)
    return found, rest, words[: len(words) - len(rest)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page):
    for words in commands_in(TEXTS[page]):
        command, rest, _ = find_command(words)
        assert command is not None, words
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        given = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert given <= options | {"--help"}, words


def leaves(command, words):
    """List every command below a command line, each as the words of its name."""
    if not isinstance(command, click.Group):
        return [words]
    context = click.Context(command)
    found = [leaves(command.get_command(context, name), (*words, name)) for name in command.list_commands(context)]
    return [leaf for below in found for leaf in below]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_is_documented(program):
    documented = {tuple(find_command(words)[2]) for text in TEXTS.values() for words in commands_in(text)}
    assert set(leaves(PROGRAMS[program], (program,))) <= documented


def anchors(page):
    """List the anchors of a page's headings, as GitHub writes them."""
    headings = re.findall(r"^#+ (.*)$", outside_code(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, *FOLDER_PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_point_to_an_existing_page_and_heading(page):
    for link in LINK.findall(outside_code(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", [*PAGES, *FOLDER_PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_mentioned_repository_paths_exist(page):
    for path in filter(REPOSITORY_PATH.fullmatch, CODE.findall(outside_code(page))):
        assert any(ROOT.glob(re.sub(r"<[^>]*>", "*", path).rstrip("/"))), path


def test_index_links_every_page():
    links = set(LINK.findall((ROOT / "docs/README.md").read_text("utf-8")))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"} <= links


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 130
