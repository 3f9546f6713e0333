"""Pure card builders: what to show -> Adaptive Card. No I/O."""
