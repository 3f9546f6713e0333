"""Switchboard: a Microsoft Teams bot for an organisation's phone desk."""
