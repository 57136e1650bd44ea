"""What the agent knows of its visitor: identity, metadata, session, storage."""
