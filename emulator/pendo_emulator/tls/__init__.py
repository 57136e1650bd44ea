"""The local certificate authority, its certificates, and ways to make programs trust it."""
