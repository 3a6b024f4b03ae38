"""Clips and photos: reading, annotating, converting and drawing on them.

Times are seconds on the browser's media timeline, see ``inference.video.source``; boxes are in
pixels of the upright frame.
"""
