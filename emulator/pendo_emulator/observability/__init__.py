"""Access log, log output, counters and Prometheus metrics."""
