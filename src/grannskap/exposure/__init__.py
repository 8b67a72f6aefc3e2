"""Who is passed: the zone of each actor, how many walks come into it, and the ranking that follows."""
