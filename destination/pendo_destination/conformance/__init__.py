"""Compares our answers with recorded answers of Segment's and Pendo's published code.

Each module compares one kind of case: its `judge(case)` returns the first difference, or None.
"""
