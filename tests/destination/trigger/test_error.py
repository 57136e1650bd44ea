"""A trigger's error shows its column in the text."""

from pendo_destination.trigger.error import trigger_error


def test_caret_is_under_the_column() -> None:
    error = trigger_error("close this quote", column=16, text='type = "a"\nand "b\nor')
    assert str(error) == 'close this quote\n    and "b\n        ^ column 16'


def test_error_in_a_trigger_tree_has_no_column() -> None:
    assert str(trigger_error("add the list `children`")) == "add the list `children`"
