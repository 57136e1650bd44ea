"""Searches original values in a capsule: in its bytes, and in everything that they encode."""

import base64
import binascii
import html
import io
import json
import re
import zipfile
import zlib
from urllib.parse import unquote

MAX_DEPTH = 4
PACKED = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")


def found_values(data, values):
    """Return the values, in small letters, that are in a capsule and not in its list of kept values."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    kept = {value.lower() for value in json.loads(files["manifest.json"])["kept"]}
    wanted = {value.lower() for value in values if len(value) >= 5} - kept
    texts = {text.lower() for name, content in files.items() if name != "manifest.json" for text in decoded(content)}
    texts.add(data.decode("latin-1").lower())
    manifest = json.loads(files["manifest.json"])
    texts.add(json.dumps({**manifest, "kept": {}}).lower())
    everything = "\0".join(texts)
    return {value for value in wanted if value in everything}


def decoded(content, depth=0):
    """Yield the texts that some bytes encode: UTF-8, UTF-16, JSON, percent and HTML escapes, base64, zlib."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        try:
            yield from expanded(content.decode(encoding, "surrogatepass"), depth)
        except UnicodeDecodeError:
            continue
    if inflated := inflate(content):
        yield from decoded(inflated, depth + 1)


def expanded(text, depth):
    yield text
    if depth > MAX_DEPTH:
        return
    for other in {unquote(text), html.unescape(text)} - {text}:
        yield from expanded(other, depth + 1)
    try:
        yield from (inner for value in strings(json.loads(text)) for inner in expanded(value, depth + 1))
    except (ValueError, RecursionError):
        if "\\" in text:
            yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    for packed in set(PACKED.findall(text)):
        raw = unpacked(packed)
        if raw and (inflated := inflate(raw)):
            yield from decoded(inflated, depth + 1)
        elif raw and len(packed) < 200:
            yield raw.decode("utf-8", "replace")


def strings(value):
    """Yield all texts of a JSON value, the names of members included."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value
    elif not isinstance(value, bool) and value is not None:
        yield str(value)


def unpacked(text):
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def inflate(raw):
    try:
        return zlib.decompressobj().decompress(raw, 10_000_000)
    except zlib.error:
        return b""
