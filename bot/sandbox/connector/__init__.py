"""A Bot Connector over HTTP: what a bot sends to Teams arrives here, and is kept for whoever looks."""
