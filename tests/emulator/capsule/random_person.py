"""Random personal data of one person, in many forms."""

import base64
import json
import uuid

FIRST = ("Grisalda", "Öykümen", "Zbigniew", "ΑΛΕΞΑΝΔΡΑ", "Thorvald", "Людмила", "Quetzalli", "健太郎健太", "Siobhánne")
LAST = (
    "Wrzesniak",
    "Featherstonehaugh",
    "Ćwiklińska",
    "Okonkwobi",
    "Vandersloot",
    "Kjærgaardt",
    "Привалова",
    "Xochitlan",
)
COMPANY = ("Brixwell", "Dunmorrow", "Fenquist", "Hollandrake", "Zephyrine", "Ostrobothny", "Quillfeather")
JUNK = (
    "undefined",
    "null",
    "NaN",
    " ",
    "[object Object]",
    "VISITOR-UNIQUE-ID",
    "ACCOUNT-UNIQUE-ID",
    "_PENDO_T_undefined",
)


class Person:
    """Personal data; `values` lists everything that must not be found again."""

    def __init__(self, rng):
        self.rng = rng
        self.first, self.last = rng.choice(FIRST), rng.choice(LAST)
        self.name = f"{self.first} {self.last}"
        self.company = rng.choice(COMPANY) + rng.choice(("", "x", "1234"))
        self.host = f"{self.company.lower()}.{rng.choice(('example', 'com', 'shop.test', 'co.uk'))}"
        self.mail = f"{self.last}.{rng.randrange(100, 999)}@{self.host}"
        self.phone = f"+49 151 {rng.randrange(10**6, 10**8)}"
        self.id = self.make_id()
        self.account = rng.choice((self.make_id(), f"{self.company}::{self.make_id()}", self.company))
        self.cookie = uuid.UUID(int=rng.getrandbits(128)).hex
        self.key = rng.choice((str(uuid.UUID(int=rng.getrandbits(128), version=4)), f"key-{rng.randrange(10**8)}"))
        self.street = f"{self.last} street {rng.randrange(100, 9999)}"
        self.birthday = f"19{rng.randrange(50, 99)}-0{rng.randrange(1, 9)}-1{rng.randrange(0, 9)}"
        self.number = rng.randrange(10**6, 10**12)

    def make_id(self):
        rng = self.rng
        return rng.choice((
            self.mail if hasattr(self, "mail") else f"id-{rng.randrange(10**6, 10**9)}",
            str(uuid.UUID(int=rng.getrandbits(128), version=4)), str(rng.randrange(10**5, 10**9)),
            f"{self.first}_{rng.randrange(1000, 9999)}", f"u{rng.randrange(9)}",
            f"{rng.getrandbits(64):016x}",
        ))  # fmt: skip

    @property
    def values(self):
        plain = [
            self.first,
            self.last,
            self.name,
            self.company,
            self.host,
            self.mail,
            self.phone,
            self.id,
            self.account,
        ]
        plain += [self.cookie, self.key, self.street, self.birthday, str(self.number)]
        return [value for value in plain if len(value) >= 5]

    def variant(self):
        """Return the id as it is, or written in another way."""
        rng = self.rng
        return rng.choice((self.id,) * 8 + (self.id.upper(), f" {self.id}", f"{self.id}\u00a0", rng.choice(JUNK)))

    def traits(self):
        rng = self.rng
        everything = {
            "email": self.mail, "name": self.name, "firstName": self.first, "phone": self.phone, "plan": "pro",
            "address": {"street": self.street, "city": self.company}, "employees": self.number, "seats": 12,
            "birthday": self.birthday, "tags": [self.company, "vip"], "ratio": self.number / 1000, "active": True,
            f"{self.last} key": self.company, "Email": self.mail, "none": None, "page": f"https://{self.host}/{self.first}",
            "parentAccount": {"id": self.account}, "9lives": 1, "mixed": rng.choice((1, "one", 12345, [self.name])),
            "note": f"called {self.mail} about {self.street}", "json": json.dumps({"mail": self.mail}),
            "packed": base64.b64encode(self.mail.encode()).decode(), "é": self.first,
        }  # fmt: skip
        return dict(rng.sample(sorted(everything.items(), key=str), rng.randrange(2, 9)))
