"""Data, training, evaluation and export. Only the worker and the command line import this."""
