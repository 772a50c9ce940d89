"""Reads of the plugin's tables."""
