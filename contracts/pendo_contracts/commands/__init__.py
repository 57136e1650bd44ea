"""What the project's command lines share."""
