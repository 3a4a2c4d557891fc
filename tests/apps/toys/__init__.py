"""Apps that are not Medley's: what the core asks of an app is enough for them."""
