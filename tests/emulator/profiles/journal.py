"""A journal in a store, together with a model of the profiles that must follow from it."""

from collections import defaultdict

from msgspec.structs import replace

from pendo_contracts.judge import judge
from pendo_emulator.profiles.profiles import Selection
from tests.emulator.profiles.histories import KEYS, derive_at_once


class Journal:
    """Applies operations to recorders of one store, and compares their profiles with the model after each question.

    `_stored` has the exchanges of each key in the store, `_known` those that its profiles must contain.
    """

    def __init__(self, recorders, exchanges):
        self._recorders, self._new = recorders, list(exchanges)
        self._stored, self._known = defaultdict(list), defaultdict(list)
        self._with_profiles = set()

    def record(self, _key, recorder):
        """Record the next exchanges of the history, whatever their key."""
        batch, self._new = self._new[:4], self._new[4:]
        with self._recorders[recorder].access.transaction(len(batch)) as transaction:
            batch = [
                replace(one, id=transaction.first_id + place, verdicts=judge(one.beacon))
                for place, one in enumerate(batch)
            ]
            transaction.write(batch)
        for one in batch:
            self._stored[one.beacon.api_key].append(one)
            self._known[one.beacon.api_key].append(one)

    def ask(self, key, recorder):
        """Compare all profiles of a key with the model."""
        profiles = self._recorders[recorder].profiles
        if self._stored[key]:
            self._with_profiles.add(key)
        expected = derive_at_once(self._known[key]).get(key, {})
        pages = (profiles.visitors(key, Selection(limit=500)), profiles.accounts(key, Selection(limit=500)))
        ids = [("visitor", one.id) for one in pages[0].profiles] + [("account", one.id) for one in pages[1].profiles]
        assert sorted(ids) == sorted(expected)
        for kind, id_ in ids:
            assert getattr(profiles, kind)(key, id_) == expected[kind, id_]

    def clear(self, key, recorder):
        """Delete the exchanges and the profiles of a key."""
        self._recorders[recorder].clear(key)
        self._stored[key], self._known[key] = [], []
        self._with_profiles.discard(key)

    def forget(self, key, recorder):
        """Let retention delete half of the exchanges of a key; its profiles keep them if it has any."""
        half = self._stored[key][: (len(self._stored[key]) + 1) // 2]
        numbers = [(one.id, key) for one in half]
        assert self._recorders[recorder].profiles.catch_up.derive_before_deletion(numbers)
        self._recorders[recorder].active_keys.delete_others(numbers)
        self._stored[key] = self._stored[key][len(half) :]
        if key not in self._with_profiles:
            self._known[key] = list(self._stored[key])

    def reset(self, key, recorder):
        """Delete the profiles of a key; they are derived from the remaining exchanges."""
        self._recorders[recorder].profiles.reset(key)
        self._known[key] = list(self._stored[key])
        self._with_profiles.add(key)


def run_operations(recorders, exchanges, operations):
    """Apply operations, given by name and key, to two recorders of one store in turn; compare all keys at the end."""
    journal = Journal(recorders, exchanges)
    for number, (operation, key) in enumerate(operations):
        getattr(journal, operation)(key, number % 2)
    for key in KEYS:
        journal.ask(key, 0)
