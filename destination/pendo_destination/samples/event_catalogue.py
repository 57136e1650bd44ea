"""The tracked events of the public site and of the app, with functions that make random properties."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.samples.sample_data import PHRASES, ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    Catalogue = Mapping[str, Callable[[Random], dict[str, Any]]]


def _moment(random: Random) -> str:
    return f"2026-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}T{random.randrange(24):02}:30:00.000Z"


def _card(random: Random) -> str:
    return f"card-{random.randrange(10_000):04}"


def _image(random: Random) -> str:
    """Make a random data URL of 2 to 16 KB whose content cannot be compressed."""
    return "data:image/webp;base64," + base64.b64encode(random.randbytes(random.randrange(1_500, 12_000))).decode()


def _stack(random: Random) -> str:
    """Make a random stack trace of 2 to 5 KB that compresses well."""
    frame = "\n    at renderColumn (https://app.tally.example/static/board.js:{}:{})"
    return "TypeError: column is null" + frame.format(random.randrange(900), 17) * random.randrange(30, 70)


ON_SITE: Final[Catalogue] = {
    "Pricing Viewed": lambda random: {
        "plan": random.choice(("free", "team", "enterprise")),
        "yearly": random.random() < 0.5,
    },
    "Video Watched": lambda random: {
        "video": random.choice(PHRASES),
        "seconds": round(random.uniform(0, 240), 3),
        "chapters": random.sample(range(1, 8), 3),
    },
    "Cookie Banner Answered": lambda random: {
        "accepted": {"analytics": True, "marketing": random.random() < 0.3},
        "version": None,
    },
}

IN_APP: Final[Catalogue] = {
    "Board Opened": lambda random: {
        "boardId": f"board-{random.randrange(90)}",
        "cards": random.randrange(300),
        "starred": random.random() < 0.2,
        "columns": ["todo", "doing", "done"],
    },
    "Card Created": lambda random: {
        "cardId": _card(random),
        "title": random.choice(PHRASES),
        "estimate": random.choice((None, 0, 0.5, 3, 8)),
        "due": _moment(random),
        "labels": random.sample(("bug", "急", "déjà vu", "🔥", "עברית"), 2),
    },
    "Card Moved": lambda random: {
        "card": {"id": _card(random), "from": {"column": "doing", "position": random.randrange(20)}},
        "to": {"column": "done", "position": 0},
        "byDrag": True,
    },
    "Comment Added": lambda random: {
        "text": random.choice(PHRASES),
        "mentions": [f"user-{random.randrange(1, 40):04}" for _ in range(random.randrange(3))],
        "edited": False,
    },
    "Search Run": lambda random: {
        "query": random.choice(PHRASES),
        "results": random.choice((0, 0, 1, 17, 12_345)),
        "tookMs": round(random.uniform(1, 400), 2),
        "filters": {"labels": [], "owner": None, "archived": False},
    },
    "Invoice Paid": lambda random: {
        "invoice": {"id": f"inv-{random.randrange(10**6):06}", "issuedAt": _moment(random)},
        "lines": [
            {"sku": f"seat-{size}", "quantity": random.randrange(1, 50), "price": size * 1.45} for size in (5, 20)
        ],
        "discount": -round(random.uniform(1, 90), 2),
        "currency": random.choice(("EUR", "JPY", "USD")),
        "coupon": None,
    },
    "Refund Issued": lambda random: {
        "total": -random.randrange(1, 500),
        "reason": random.choice(PHRASES),
        "approved": {"by": None, "at": None},
    },
    "Invite Sent": lambda random: {
        "role": random.choice(ROLES),
        "invitee": f"user-{random.randrange(500, 600):04}",
        "expiresAt": _moment(random),
    },
    "Automation Saved": lambda random: {
        "rule": {
            "when": {"event": "card.moved", "all": [{"column": "done"}, {"not": {"label": "wip"}}]},
            "then": [{"notify": {"channel": "#größen", "people": [{"id": _card(random), "mute": None}]}}, []],
        },
        "enabled": random.random() < 0.8,
    },
    "Storage Measured": lambda random: {
        "bytes": random.choice((0, 2**31, 2**53 - 1)),
        "ratio": random.choice((1e-7, 0.1 + 0.2, 1.0)),
        "forecast": 1e21,
        "drift": -random.random(),
    },
    "Settings Changed": lambda random: {
        "key": random.choice(("theme", "week starts on", "2fa.enforced")),
        "before": random.choice((None, True, "sunday")),
        "after": random.choice((False, "monday", {"dark": True, "contrast": 1.5})),
        "": "a key may be empty",
    },
    "Import Finished": lambda random: {
        "rows": random.randrange(10**6),
        "byColumn": {str(column): random.randrange(9) for column in range(1, 5)},
        "warnings": [{"row": row, "text": PHRASES[row % len(PHRASES)]} for row in range(random.randrange(12))],
    },
    "レポートを出力": lambda random: {
        "形式": random.choice(("pdf", "csv")),
        "ページ数": random.randrange(1, 40),
        "宛先": {"名前": random.choice(PHRASES)},
    },
    "Shortcut Used": lambda _random: {},
    "Error Shown": lambda random: {"stack": _stack(random), "fatal": False},
    "Whiteboard Saved": lambda random: {"image": _image(random), "strokes": random.randrange(900), "at": [-3.5, 12]},
}
