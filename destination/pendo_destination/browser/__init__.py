"""A site and its browser tabs, as the destinations see them."""
