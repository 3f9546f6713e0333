"""`switchboard demo`: the main story in a simulated tenant, told in the terminal and checked."""
