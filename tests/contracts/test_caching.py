from pendo_contracts.caching import LONGEST, MOST, remembering


def test_what_is_made_of_short_texts_is_remembered_and_of_long_ones_is_not():
    made = []
    make = remembering(made.append)
    for text in ("a", "a", "b" * (LONGEST + 1), "b" * (LONGEST + 1)):
        make(text)
    assert list(map(len, made)) == [1, LONGEST + 1, LONGEST + 1]


def test_no_more_is_remembered_than_so_many():
    made = []
    make = remembering(made.append)
    for number in (*range(MOST + 1), 0):
        make(str(number))
    assert len(made) == MOST + 2
