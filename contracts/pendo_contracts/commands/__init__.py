"""Code that all command lines of the project use."""
