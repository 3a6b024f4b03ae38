"""A made-up person with a year of days, to look around with; it says that it is made up."""
