"""The visitor of a page: identity, metadata, session and what brought them there."""
