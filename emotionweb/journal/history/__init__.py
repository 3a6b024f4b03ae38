"""A person's days seen from afar and from close by: year, month, week, day, and the search."""
