"""Check-ins from other programs: Daylio's export, or any table of dates and moods."""
