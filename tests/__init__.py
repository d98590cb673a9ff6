"""The tests in Python. Each folder is a package: what two of them share is imported from where it stands."""
