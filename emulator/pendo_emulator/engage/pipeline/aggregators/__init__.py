"""The aggregators of group and reduce."""
