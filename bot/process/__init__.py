"""What any of our programs needs of the machine it runs on: a port, signals, a log, a terminal."""
