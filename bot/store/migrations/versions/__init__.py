"""The revisions, in order; each knows the one before."""
