"""The recorder: writes exchanges, reads them back and notifies waiting threads."""
