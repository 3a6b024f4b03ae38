"""Everything of a person in one file, and back again.

The file is a zip: ``manifest.json``, one ``data/<table>.jsonl`` for each table (a JSON object a
line, lossless), ``csv/<table>.csv`` of the same for people, and ``files/`` for what they uploaded.
"""
