"""TLS: the local certificate authority, its certificates and how programs come to trust it."""
