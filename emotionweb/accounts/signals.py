"""What other apps can hear from accounts."""

from django.dispatch import Signal

access_changed = Signal()
"""Sent with `user_id` (int) after the commit of anything that may end a person's access: logout,
withdrawn consent, changed password, deactivated or deleted account. It says "look again", not what
happened: a listener asks the database."""

consent_withdrawn = Signal()
"""Sent with `user_id` (int) and `kind` (a `Consent.Kind`) inside the transaction that withdraws:
what was kept on that consent goes in the same moment or, where that fails, neither does."""
