"""What other apps can hear from training."""

from django.dispatch import Signal

active_changed = Signal()
"""Sent after the commit that made another version the active one. A listener asks
``versions.active_path``; who does not listen finds out within seconds all the same."""
