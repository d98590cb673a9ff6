"""A TXT record, in the forms that DNS people need."""

import json

from dkim_shared.records import record_name, record_value

TTL_SECONDS = 3600
# RFC 1035, 3.3: a character string of a TXT record has 255 bytes at most.
LONGEST_STRING = 255


def strings_of(value: str) -> list[str]:
    """The character strings that a TXT record holds a long value in."""
    return [value[at : at + LONGEST_STRING] for at in range(0, len(value), LONGEST_STRING)]


def quoted(value: str) -> str:
    return " ".join(f'"{part}"' for part in strings_of(value))


def record_block(domain: str, key: dict[str, str]) -> str:
    """The record in every form that somebody may have to type it in. It needs no translation."""
    name, value = record_name(key["selector"], domain), record_value(key["public_key"])
    parts = strings_of(value)
    change = {
        "Changes": [
            {
                "Action": "UPSERT",
                "ResourceRecordSet": {
                    "Name": f"{name}.",
                    "Type": "TXT",
                    "TTL": TTL_SECONDS,
                    "ResourceRecords": [{"Value": quoted(value)}],
                },
            }
        ]
    }
    numbered = "\n".join(f"  {number} ({len(part)}): {part}" for number, part in enumerate(parts, 1))
    bind = f"{name}. {TTL_SECONDS} IN TXT (\n" + "\n".join(f'  "{part}"' for part in parts) + "\n)"
    return (
        f"Name  : {name}\nType  : TXT\nTTL   : {TTL_SECONDS}\nValue : {value}\n\n"
        f"[{LONGEST_STRING} + {len(value) - LONGEST_STRING}]\n{numbered}\n\n"
        f"[BIND]\n{bind}\n\n"
        f"[Route 53]\n{json.dumps(change)}\n\n"
        f"[dig]\ndig +short TXT {name}\n{quoted(value)}"
    )
