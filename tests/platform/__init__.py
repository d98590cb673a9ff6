"""Reads the rendered templates and the Sceptre configuration, and calls no service."""
