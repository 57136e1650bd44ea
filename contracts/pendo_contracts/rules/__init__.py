"""Rules: checks over a recording for errors that no schema of one request shows."""
