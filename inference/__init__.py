"""Vision and learning: everything between a picture and a statement about an expression.

This package takes arrays, paths and frozen dataclasses. It never imports Django.
"""
