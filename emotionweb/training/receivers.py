"""Taking back the consent removes what was given."""
