"""Planning: which videos are possible, how many, and which of them are made. Pure, exact, nothing enumerated."""
