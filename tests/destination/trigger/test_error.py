"""A trigger's error shows where it is."""

from pendo_destination.trigger.error import trigger_error


def test_the_caret_stands_under_the_column_in_its_line() -> None:
    error = trigger_error("close this quote", column=16, text='type = "a"\nand "b\nor')
    assert str(error) == 'close this quote\n    and "b\n        ^ column 16'


def test_an_error_in_a_tree_has_no_column() -> None:
    assert str(trigger_error("give the group its list of children")) == "give the group its list of children"
