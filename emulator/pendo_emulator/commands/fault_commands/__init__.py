"""The parts of the command `fault`."""
