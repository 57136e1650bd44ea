from pendo_contracts.common.caching import MAX_ENTRIES, MAX_LENGTH, cached_for_short_text


def test_only_short_strings_are_cached():
    made = []
    make = cached_for_short_text(made.append)
    for text in ("a", "a", "b" * (MAX_LENGTH + 1), "b" * (MAX_LENGTH + 1)):
        make(text)
    assert list(map(len, made)) == [1, MAX_LENGTH + 1, MAX_LENGTH + 1]


def test_cache_size_is_bounded():
    made = []
    make = cached_for_short_text(made.append)
    for number in (*range(MAX_ENTRIES + 1), 0):
        make(str(number))
    assert len(made) == MAX_ENTRIES + 2
