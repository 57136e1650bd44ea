"""Known problems that can be run: the scenarios of the project, and those in users' files."""
