"""A derivation in steps gives the same profiles as a derivation at once, in any interleaving of keys."""

import json
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.emulator.profiles.histories import KEYS, derive_at_once, derive_in_steps, histories
from tests.emulator.profiles.journal import run_operations

operations = st.lists(
    st.tuples(st.sampled_from(["record"] * 3 + ["ask"] * 2 + ["clear", "forget", "reset"]), st.sampled_from(KEYS)),
    max_size=12,
)


@settings(max_examples=150)
@given(histories, st.lists(st.integers(0, 25), max_size=4))
def test_steps_give_the_same_as_one_derivation(exchanges, steps):
    cuts = sorted(min(step, len(exchanges)) for step in steps)
    assert derive_in_steps(exchanges, cuts) == derive_at_once(exchanges)


@settings(max_examples=50)
@given(histories)
def test_keys_do_not_influence_each_other(exchanges):
    together = derive_at_once(exchanges)
    for key in together:
        assert derive_at_once([one for one in exchanges if one.beacon.api_key == key]) == {key: together[key]}


@settings(max_examples=50)
@given(histories)
def test_profiles_are_strict_json_and_do_not_share_state(exchanges):
    for profiles in derive_at_once(exchanges).values():
        for profile in profiles.values():
            text = json.dumps([profile.to_json(), profile.summary()], allow_nan=False)
            assert len(text.encode()) < 1_000_000


@settings(max_examples=12)
@given(histories, operations)
def test_profiles_in_a_store_follow_the_journal(exchanges, drawn):
    with TemporaryDirectory() as folder, ExitStack() as stack:
        recorders = [
            stack.enter_context(closing(Recorder(Store(Path(folder) / "x.sqlite3", "memory"), shared=True)))
            for _ in range(2)
        ]
        run_operations(recorders, exchanges, drawn)
