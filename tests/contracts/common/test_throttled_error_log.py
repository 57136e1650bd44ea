import logging

from pendo_contracts.common.throttled_error_log import ThrottledErrorLog


def test_outage_is_logged_once_a_second(caplog):
    times = iter([0.0, 0.4, 0.9, 1.0, 1.5, 2.5])
    log = ThrottledErrorLog(logging.getLogger("pendo-destination"), lambda: next(times))
    for message in ("failure 0", "failure 1", "failure 2", "failure 3", "failure 4", "failure 5"):
        log.error(message)
    assert caplog.messages == ["failure 0", "failure 3 (2 more like it)", "failure 5 (1 more like it)"]
