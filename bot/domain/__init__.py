"""What is true: pure values and functions. No I/O, no clock, no SDK, no await."""
