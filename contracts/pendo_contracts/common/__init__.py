"""Code that several packages of the project use."""
