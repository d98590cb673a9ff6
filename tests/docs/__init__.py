"""Reads pages, rendered templates and configuration, and calls no service."""
