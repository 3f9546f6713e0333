"""Conversations, on botbuilder-dialogs: they ask, and hand a wish to a use case."""
