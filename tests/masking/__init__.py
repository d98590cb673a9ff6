"""A corpus of mail events in which every piece of personal data is known, and what masking makes of it."""
