"""The proof: an append-only log whose entries are chained by their hashes, and how to check it."""
