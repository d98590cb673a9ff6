"""The Sceptre plugin, with a fake binary in place of sesame."""
