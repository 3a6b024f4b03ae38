"""The commands of ``python -m inference``: each module adds its parsers in ``add(commands)``."""
