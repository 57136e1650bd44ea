"""How the published answers of Segment's own code are compared with ours."""
