"""Architectures by name. Importing this module does not import Keras; building a network does."""

from inference.models.registry import ARCHITECTURES, Architecture, Recipe, architecture, build

__all__ = ["ARCHITECTURES", "Architecture", "Recipe", "architecture", "build"]
