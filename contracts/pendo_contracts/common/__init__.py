"""What several packages of the project share."""
