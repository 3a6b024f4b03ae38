"""What follows when a clip or photo is deleted, wherever that happens: its files go too."""
