"""A simulated tenant and a simulated Teams, over HTTP, for the demo, the tests and the benchmarks."""
