"""SES v2: what identities and configuration sets consist of, and event destinations.

moto creates the first two, but drops most of what they are made of; it has no event destinations in v2.
"""

from . import account, configuration_sets, event_destinations, identities

__all__ = ["account", "configuration_sets", "event_destinations", "identities"]
