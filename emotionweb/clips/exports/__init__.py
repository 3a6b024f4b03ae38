"""What was found in a clip, as files for other programs.

Each says which model found it, how the clip was looked at and what was missed, and has what the
person said beside what the machine said.
"""

from emotionweb.clips.exports.serving import KINDS, response

__all__ = ["KINDS", "response"]
