"""A track that is the person themself becomes part of their journal."""

from __future__ import annotations

SOURCE_KIND = "clip"
