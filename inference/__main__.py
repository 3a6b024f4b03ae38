"""``python -m inference``: training and evaluation from the command line."""

from inference.cli import main

raise SystemExit(main())
