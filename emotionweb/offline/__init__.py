"""The site as an app: its manifest, the service worker, and checking in without a connection."""
