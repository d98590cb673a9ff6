"""Tests of the DKIM rotation: the functions as they are deployed, on a fake AWS and a fake DNS with a clock of their own."""
