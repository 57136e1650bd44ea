"""What the Engage API keeps in the store: integration keys, objects and event rows."""
