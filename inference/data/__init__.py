"""Data sets of faces: reading, checking, splitting."""
