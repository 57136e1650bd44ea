"""The parts of `inspect` and `compare`: they read recordings, and show causes and differences."""
