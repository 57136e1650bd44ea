"""The causes of support cases, and the proofs of each."""
