"""Rules about how often and by which way an event is delivered."""
