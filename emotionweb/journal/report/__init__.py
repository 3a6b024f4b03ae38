"""A report of some weeks as PDF, to talk about with somebody, such as a therapist."""
