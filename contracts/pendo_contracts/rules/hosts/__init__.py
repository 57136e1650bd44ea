"""Rules about the hosts that requests are sent to: regions and CNAMEs."""
