"""What can be done: one verb a file. Each takes the desk, the actor, and what the actor wants."""
