"""One pure builder a card: what to show -> Adaptive Card as plain JSON. No I/O."""
