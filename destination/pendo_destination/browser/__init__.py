"""A site with destinations, and the browser tabs of its visitors."""
