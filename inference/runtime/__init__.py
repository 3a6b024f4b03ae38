"""Ways to run a bundle's network."""

from inference.runtime.base import RUNTIMES, Runtime, load_runtime

__all__ = ["RUNTIMES", "Runtime", "load_runtime"]
