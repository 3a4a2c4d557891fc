"""Which videos are possible, how many, and which of them are made: pure, exact, nothing enumerated."""
