"""What the commands of `pendo-destination scenario` do."""
