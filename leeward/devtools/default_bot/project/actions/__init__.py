"""The default bot's custom actions."""
