"""Character classes that several kinds of identifier share, and what stands for what cannot be shown."""

HIDDEN = "***"  # stands for text that cannot be read, or that holds nothing but names

SPACE = r"\x00-\x20\x7f\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
MARKS = r"\u3001\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1c\uff1e\uff1f\uff5e"

# The at sign, also as links, JSON, HTML and Japanese text write it.
AT = r"(?:[@\uff20\ufe6b]|%(?:25)*40|\\u(?:0040|[fF][fF]20)|&#(?:64|[xX]40);)"
