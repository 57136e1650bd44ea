"""The recorder: it writes exchanges, reads them back and notifies waiters."""
