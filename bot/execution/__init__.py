"""Carrying out what was approved: leases, steps, reading back, and telling people."""
