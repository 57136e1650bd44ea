"""What the wire between Segment and Pendo means: regions, beacons, schemas, verdicts."""
