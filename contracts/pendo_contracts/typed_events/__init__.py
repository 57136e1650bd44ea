"""Types that are made from the schemas of events: decoding an event with its type also validates it."""
