"""The endpoints of the Engage API except the aggregation: each file has a blueprint."""
