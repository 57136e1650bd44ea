"""The parts of the commands `visitors` and `accounts`."""
