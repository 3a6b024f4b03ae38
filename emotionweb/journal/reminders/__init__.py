"""Reminders of checking in, at the person's own times: in the page and by e-mail."""
