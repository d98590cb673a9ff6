"""Against the real server, started once."""
