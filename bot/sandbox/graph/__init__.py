"""Microsoft Graph v1.0 as the simulated tenant answers it."""
