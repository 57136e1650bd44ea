from destination.source.recent import RecentIds


def test_the_id_that_was_not_seen_for_longest_is_forgotten_first():
    ids = RecentIds(2)
    assert [ids.add(each) for each in ("a", "b", "a", "c", "a", "b")] == [True, True, False, True, False, True]
