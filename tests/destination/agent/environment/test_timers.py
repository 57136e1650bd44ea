"""The order of timers."""

from pendo_destination.agent.environment.timers import Timers


def test_actions_run_by_due_time_then_by_insertion():
    now, ran = [0], []
    timers = Timers(lambda: now[0])
    for due, name in ((2, "c"), (1, "a"), (1, "b"), (9, "d")):
        timers.at(due, lambda name=name: ran.append(name))
    assert timers.next_due == 1
    now[0] = 2
    timers.run()
    assert (ran, timers.next_due) == (["a", "b", "c"], 9)


def test_action_that_becomes_due_during_run_is_run():
    ran = []
    timers = Timers(lambda: 5)
    timers.after(0, lambda: timers.after(0, lambda: ran.append("later")))
    timers.run()
    assert ran == ["later"]


def test_clear_removes_all_actions():
    timers = Timers(lambda: 0)
    timers.after(0, lambda: None)
    timers.clear()
    assert timers.next_due is None
