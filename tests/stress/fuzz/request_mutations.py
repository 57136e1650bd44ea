"""Mutations of a complete request: its method, URL, headers, body and time of receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec.structs import replace

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.region import HOSTS
from tests.stress.fuzz.byte_mutations import flip_bit, insert_bytes, truncate
from tests.stress.fuzz.json_mutations import MARKUP

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from pendo_contracts.wire.envelope import Envelope

METHODS: Final = (
    *(
        "GET",
        "POST",
        "HEAD",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "CONNECT",
        "TRACE",
        "get",
        "",
        "PO ST",
        "\x00",
        "É",
        "\ud800",
    ),
)
ORIGINS: Final = (
    *(f"https://{host}" for host in HOSTS),
    *("https://cdn.us1.pendo.io", "https://data.pendo.io.", "https://DATA.pendo.io:443", "https://evilpendo.io", ""),
    *("http://[::", "http://[::1]", "http://[::1]:99999", "http://[", "http://]", "http://[v1.x]", "http://[zz]", "//"),
    *("https://data.pendo.io:99999999", "https://data.pendo.io:-1", "https://data.pendo.io:x", "https://:80", "http:"),
    *("https://user:pass@data.pendo.io", "https://a@b@data.pendo.io", "https://dätä.pendo.io", "https://xn--d-zfa.io"),
    *("https://data.pendo.io\x00", "https://data\n.pendo.io", "https://\ud800.pendo.io", "https://\u2100.pendo.io"),
    *("https://a\uff0fb.pendo.io", "https://" + "a." * 200 + "io", "http://127.0.0.1:1", "javascript:x", "data:"),
    *("https://data.pendo.io\\@evil.example", "https://[::ffff:1.2.3.4%25eth0]", "https://\uff1127.0.0.1", "file:///"),
)
PATHS: Final = (
    *(endpoint.path.format(api_key="key") for endpoint in ENDPOINTS),
    *("", "/", "//", "///data//ptm.gif//key", "/data/ptm.gif/", "/data/ptm.gif", "/data/ptm.gif/%", "/data/rec/%00"),
    *("/data/ptm.gif/a/b", "/data/ptm.gif/%ff%fe", "/data/ptm.gif/\ud800", "/data/ptm.gif/\x00", "/data/ptm.gif/a;b"),
    *("/data/../data/ptm.gif/key", "/data/ptm.gif/key#x", "/data/%70tm.gif/key", "/DATA/ptm.gif/key", "/_emulator/"),
    *("/_host/", "/_host/data.pendo.io", "/_host//data/ptm.gif/k", "/x/agent/static/key/pendo.js", "*", "?", "#"),
    *("/data/ptm.gif/key\r\nX: y", "/data/ptm.gif/日本", "/data/ptm.gif/key?", "/data/ptm.gif/key?jzb"),
    *(f"/data/ptm.gif/{quote(text, safe='', errors='replace')}" for text in MARKUP),
    *(f"/agent/static/{quote(text, safe='', errors='replace')}/pendo.js" for text in MARKUP),
    "/data/rec/" + "k" * 9_999,
)
URL_PARTS: Final = (
    *("%", "%%", "%0", "%zz", "%00", "%ff", "%C0%80", "%ed%a0%80", "%F0%9F%98%80", "%26", "%3D", "+", "=", "&", "&&"),
    *("jzb=", "&jzb=eJw", "&v=", "&ct=-1", "&ct=1e9", "&ct=" + "9" * 5_000, "&apiKey=other", "&rt=", "&s=-1", "&type="),
    *(quote(text, errors="replace") for text in MARKUP),
    *("\x00", "\n", "\ud800", "é", "?", "#", "[", "]", ";", "/" * 99, "&".join(f"a{n}=1" for n in range(500))),
)
LENGTHS: Final = ("0", "1", "-1", "9" * 30, "x", "²", "٣", "+5", "1,1", "", " 7", "1_0", "9" * 5_000)
HEADERS: Final = (
    *(("content-length", length) for length in LENGTHS),
    *(("content-encoding", "gzip"), ("content-type", "text/plain;charset=\xff"), ("transfer-encoding", "chunked")),
    *(("host", ""), ("host", "[::"), ("host", "data.pendo.io, evil"), ("host", "\x00"), ("cookie", "x" * 9_000)),
    *(
        (name, text)
        for name in ("user-agent", "origin", "referer", "x-request-id", "cookie", "host")
        for text in MARKUP
    ),
    *((text, "x") for text in MARKUP),
    *(("", ""), ("x\r\ny", "z\r\n"), ("x-\xff", "\xff\xfe"), ("origin", "null"), ("referer", "http://[")),
)
BODIES: Final = (
    *(b"", b"{}", b"[]", b"null", b'""', b"0", b"{", b"\x00", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"\xed\xa0"),
    *(b'{"events":1}', b'{"events":null}', b'{"events":""}', b'{"events":["a"]}', b'{"events":"eJw"}', b"a=b&c=d"),
    *(b'{"events":{}}', b'{"events":"\\ud800"}', b'{"events":"eJwDAAAAAAE"}', b"[" * 100_000, b"nul"),
)


def _change_method(random: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, method=random.choice(METHODS))


def _change_origin(random: Random, envelope: Envelope) -> Envelope:
    _, _, rest = envelope.url.partition("://")
    _, slash, path = rest.partition("/")
    return replace(envelope, url=random.choice(ORIGINS) + slash + path)


def _change_path(random: Random, envelope: Envelope) -> Envelope:
    address, mark, query = envelope.url.partition("?")
    return replace(envelope, url="/".join(address.split("/")[:3]) + random.choice(PATHS) + mark + query)


def _insert_url_part(random: Random, envelope: Envelope) -> Envelope:
    place = random.randint(0, len(envelope.url))
    return replace(envelope, url=envelope.url[:place] + random.choice(URL_PARTS) + envelope.url[place:])


def _shuffle_query(random: Random, envelope: Envelope) -> Envelope:
    """Remove, repeat and reorder query parameters."""
    address, mark, query = envelope.url.partition("?")
    pairs = query.split("&")
    return replace(envelope, url=address + mark + "&".join(random.choices(pairs, k=random.randint(0, len(pairs) + 1))))


def _percent_encode(_: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, url=quote(envelope.url, safe=":/?&=", errors="replace"))


def _truncate_url(random: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, url=envelope.url[: random.randint(0, len(envelope.url))])


def _change_header(random: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, headers={**envelope.headers, **dict(random.choices(HEADERS, k=random.randint(1, 2)))})


def _remove_headers(_: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, headers={})


def _damage_body(random: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, body=random.choice((flip_bit, truncate, insert_bytes))(random, envelope.body))


def _change_body(random: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, body=random.choice(BODIES))


def _change_time(random: Random, envelope: Envelope) -> Envelope:
    return replace(envelope, received_at=random.choice((0, -1, 2**53, 2**62)))


def _exceed_limit(random: Random, envelope: Envelope) -> Envelope:
    """Make one part of the request larger than any limit."""
    return random.choice(
        (
            replace(envelope, body=b" " * (BODY_LIMIT + 1)),
            replace(envelope, url=envelope.url + "&a=" + "%41" * 30_000),
            replace(envelope, url=envelope.url + "?" + "&".join(f"a{n}=1" for n in range(20_000))),
            replace(envelope, headers={f"x-{n}": "y" for n in range(5_000)}),
            replace(envelope, url="https://" + "x" * 100_000 + ".pendo.io/"),
        )
    )


MUTATIONS: Final[tuple[Callable[[Random, Envelope], Envelope], ...]] = (
    *(_change_method, _change_origin, _change_origin, _change_path, _change_path),
    *(_insert_url_part, _insert_url_part, _insert_url_part, _shuffle_query, _percent_encode, _truncate_url),
    *(_change_header, _change_header, _remove_headers, _damage_body, _damage_body, _change_body, _change_time),
)
RARE_MUTATIONS: Final = (_exceed_limit,)
