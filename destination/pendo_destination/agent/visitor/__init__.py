"""The visitor of a page: identity, metadata, session, and the campaign or site that the visitor came from."""
