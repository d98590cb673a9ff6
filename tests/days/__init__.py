"""Runs the suites that know dates on odd days: `make test-days`."""
