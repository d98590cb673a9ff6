"""The table that sesame's Jinja is held against is what the Jinja2 of Sceptre makes of it."""

import json

from tests.plugin import jinja_cases


def test_the_table_is_what_jinja2_gives():
    """`tests/jinja.rs` compares sesame with the same table."""
    table = json.loads(jinja_cases.TABLE.read_text())
    assert len(table["cases"]) > 1000
    assert table == json.loads(json.dumps(jinja_cases.table()))
