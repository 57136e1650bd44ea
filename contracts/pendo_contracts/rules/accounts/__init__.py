"""Rules about the account of a visitor."""
