"""What the worker runs: makes segments and sounds, joins them into videos."""
