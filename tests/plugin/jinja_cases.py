"""What Jinja2 makes of many small templates, as Sceptre runs it: the table that sesame's own Jinja is held against.

``python -m tests.plugin.jinja_cases`` writes ``tests/fixtures/jinja/cases.json`` anew, with the Jinja2 of Sceptre.
"""

import json
import tempfile
from pathlib import Path

TABLE = Path(__file__).parents[1] / "fixtures" / "jinja" / "cases.json"

DATA = {
    "a": 1,
    "b": 2.5,
    "word": "Hello World",
    "empty": "",
    "yes": True,
    "no": False,
    "nothing": None,
    "names": ["x", "Y", "z", "x"],
    "numbers": [3, 1, 2],
    "mixed": [1, "a", None, True, 2.0, ["n"], {"k": "v"}],
    "people": [
        {"name": "Bob", "age": 30, "city": "Rome", "tags": ["a"]},
        {"name": "alice", "age": 25, "city": "rome", "tags": ["b", "c"]},
        {"name": "Cy", "age": 30, "city": "Oslo", "tags": []},
    ],
    "map": {"k": "v", "n": 1, "items": "own", "nested": {"deep": [10, 20]}, "1": "one"},
    "html": "<a href='x'>\"&\"</a>",
    "lines": "one\ntwo\n\nthree\n",
    "unicode": "Grüße ß ñ 日本",
}

FILES = {
    "macros.j2": (
        "{% set shared = 'module' %}{% macro hi(name, greeting='Hi') %}{{ greeting }} {{ name }}!{% endmacro %}"
        "{% macro sees() %}{{ shared }} {{ outer is defined }} {{ sceptre_user_data is defined }}{% endmacro %}"
        "{% macro wrap(tag) %}<{{ tag }}>{{ caller() }}</{{ tag }}>{% endmacro %}"
        "{% macro count() %}{% set _ = shared_list.append(1) %}{% endmacro %}{% set shared_list = [] %}"
        "{% macro size() %}{{ shared_list | length }}{% endmacro %}"
    ),
    "macros.txt": "{% macro link(x) %}<a>{{ x }}</a>{% endmacro %}{% set html = '<b>' %}",
    "part.j2": "part({{ x | default('none') }},{{ outer | default('none') }},{{ sceptre_user_data is defined }})",
    "part.txt": "<p>{{ sceptre_user_data.html }}</p>",
    "part.html": "{{ '<' }}{{ '<' | safe }}{{ '<' ~ (sceptre_user_data.html | safe) }}{{ ['<'] | join('&') }}{{ '<a>' | replace('a', 'b') }}{{ '<'|e }}",
    "sets.j2": "{% set leaked = 1 %}{% set outer = 'changed' %}[{{ outer }}]",
    "base.j2": "<{% block head %}base {{ title | default('?') }}{% endblock %}|{% block body %}body{% endblock %}>",
    "middle.j2": "{% extends 'base.j2' %}{% block body %}middle({{ super() }}){% endblock %}",
    "required.j2": "{% block must required %}{% endblock %}",
    "loop.j2": "{% for i in [1, 2] %}{% block item scoped %}{{ i }}{% endblock %}{% endfor %}",
    "unscoped.j2": "{% for i in [1, 2] %}{% block item %}{{ i is defined }}{% endblock %}{% endfor %}",
    "recursive.j2": "{% if n > 0 %}{{ n }}{% set n = n - 1 %}{% include 'recursive.j2' %}{% endif %}",
}


def expressions():
    """Expressions: each is written by ``{{ … }}``."""
    yield from """
    1 | 1.0 | 1e3 | 1e16 | 1e15 | 0.1 + 0.2 | 1e-5 | 0.0001 | 123456789.123 | 1_000 | 0x1F | 0o17 | 0b11 | 1.5e-7 | -0.0 | 1e22 | 1e100
    true | false | none | True | None | 'a' | "b" | 'a' 'b' | 'it''s' | "it's" | 'say "x"' | 'a\\nb' | 'tab\\t' | '\\x41' | '\\u00e9' | '\\\\'
    [] | [1, 'a', none, true, 1.0, [2]] | ['it\\'s'] | ["\\"'"] | ['a\\nb', '\\t', '\\\\'] | (1,) | (1, 2) | () | {} | {'a': 1, 'b': [1, {'c': none}]} | {1: 2, true: 3} | {(1, 2): 3}
    ['é', '日本', '\\x00', '\\x7f', '\\xa0', '\\u200b'] | [1e16, 0.1, -1]
    1 + 2 * 3 | (1 + 2) * 3 | 7 / 2 | 4 / 2 | 7 // 2 | -7 // 2 | 7 % 3 | -7 % 3 | 7 % -3 | 7.5 // 2 | 7.5 % 2 | -7.5 % 2 | 2 ** 3 | 2 ** -1 | 2 ** 3 ** 2 | -2 ** 2 | 2 ** 0.5 | 2 ** 64 | 10 ** 20
    1 / 0 | 1 // 0 | 1 % 0 | 1.0 / 0 | 1 + 'a' | 'a' + 1 | 'a' + 'b' | 'a' * 3 | 3 * 'a' | 'a' * -1 | [1] + [2] | [1] * 2 | (1,) + (2,) | [1] + (2,) | 'a' - 'b' | true + 1 | -true | +1 | -'a' | not 1 | not '' | not not 1
    1 ~ 'a' ~ none ~ true ~ 1.0 ~ [1] | 1 ~ 2 + 3 | '%s' % 1 | '%s' ~ 1 | 1 + 2 ~ 3
    1 < 2 | 1 < 2 < 3 | 3 > 2 > 2 | 1 == 1.0 | true == 1 | 'a' < 'b' | 'a' == 'a' | 1 < 'b' | 'a' > 1 | none == none | none < 1 | [1, 2] < [1, 3] | [1] < ['a'] | (1, 2) == [1, 2] | {'a': 1} == {'a': 1.0} | {'a': 1} < {'a': 2} | 1 != 2 | 'a' != 1 | [1] == [1] | 1 < none | 1.5 >= 1 | 'A' < 'a'
    1 in [1, 2] | 'a' in 'abc' | 'z' not in 'abc' | 1 in 'a' | 'k' in {'k': 1} | 'v' in {'k': 'v'} | 1 in 5 | none in [none] | [1] in [[1]] | [1] in {} | not 1 in [2]
    1 and 2 | 0 and 2 | 0 or 'x' | '' or none | 1 or 2 | 'a' if true else 'b' | 'a' if false else 'b' | 'a' if false | ('a' if false) is defined | ('a' if false) ~ 'b' | 'a' if 1 > 2 else 'b' if 2 > 3 else 'c'
    D.word[0] | D.word[-1] | D.word[99] | D.word[1:4] | D.word[::-1] | D.word[::2] | D.word[:-3] | D.word[-3:] | D.word[5:1] | D.names[1:] | D.names[::-1] | D.names[10:] | D.names[-2:] | D.names[3:0:-1] | D.names[::0] | (1, 2, 3)[1:] | D.names['1'] | D.names.0 | D.names[1.0] | D.names[true] | D.map['k'] | D.map.k | D.map.items | D.map['items'] | D.map.missing | D.map['missing'] | D.map.nested.deep[1] | D.map.nested['deep'].0 | D.missing.more | D.map['1'] | D.map[1] | D.map.keys | D.map[[1]] | 'abc'.1 | 5.1.2 | D['map']['n'] | D.a.x | D.nothing.x | D.word.x | missing | missing is defined | missing.x is defined | D.map.nested.x is defined | D.map.x.y is defined
    D.map.keys() | D.map.values() | D.map.nested.items() | D.map.keys() | D.map.keys() | D.map.get('k') | D.map.get('zz') | D.map.get('zz', 5) | D.map.get() | D.map.get('zz') is none | D.map.nested.copy() | {'a': 1}.pop('a') | {'a': 1}.pop('b') | {'a': 1}.pop('b', 2) | {'a': 1}.setdefault('a', 5) | {'a': 1}.popitem() | {}.popitem() | {}.fromkeys(['a', 'b'], 1) | D.map.keys() | list | 'k' in D.map.keys()
    [1].append(2) | [3, 1].sort() | [1, 2].pop() | [1, 2].pop(0) | [1].pop(5) | [].pop() | [1, 2].index(2) | [1].index(9) | [1, 1].count(1) | (1, 2).index(2) | (1, 1).count(1) | [1].copy() | [1].nothing | [1].insert(0, 2) | [2].remove(1) | [1].extend([2])
    D.word.upper() | D.word.lower() | D.word.swapcase() | D.word.casefold() | D.unicode.casefold() | D.unicode.upper() | D.word.title() | "they're bill's".title() | D.word.capitalize() | D.word.center(21) | 'ab'.center(5) | 'abc'.center(6) | 'ab'.center(5, '*') | 'ab'.ljust(5, '.') | 'ab'.rjust(5) | 'ab'.ljust(1) | '5'.zfill(3) | '-5'.zfill(4) | '+5'.zfill(4) | ''.zfill(2) | 'abc'.zfill(2)
    D.word.find('o') | D.word.rfind('o') | D.word.find('z') | D.word.index('o') | D.word.index('z') | D.word.rindex('o') | D.word.find('o', 5) | D.word.count('l') | D.word.count('l', 4) | 'aaa'.count('aa') | 'aaa'.count('') | D.word.startswith('He') | D.word.startswith(('x', 'He')) | D.word.endswith('ld') | D.word.endswith('x') | D.word.startswith('W', 6)
    D.word.replace('l', 'L') | D.word.replace('l', 'L', 1) | 'ab'.replace('', '-') | D.word.split() | D.word.split('o') | D.word.split('o', 1) | D.word.rsplit('o', 1) | ' a  b '.split() | ' a  b '.split(' ') | ' a  b c '.split(none, 1) | ' a  b c '.rsplit(none, 1) | 'a'.split('') | ''.split() | ''.split(',') | 'a,b'.partition(',') | 'a'.partition(',') | 'a,b,c'.rpartition(',') | 'a'.rpartition(',') | D.lines.splitlines() | D.lines.splitlines(true) | 'a\\r\\nb\\rc'.splitlines() | 'x'.join(['a', 'b']) | 'x'.join([1]) | ', '.join(D.names) | 'x'.join('abc')
    ' a '.strip() | ' a '.lstrip() | ' a '.rstrip() | 'xxaxx'.strip('x') | 'abc'.strip('ac') | 'abc'.removeprefix('ab') | 'abc'.removesuffix('bc') | 'abc'.removeprefix('x') | 'a\\tb'.expandtabs() | 'a\\tb'.expandtabs(4)
    'a1'.isalnum() | 'a '.isalnum() | 'ab'.isalpha() | '12'.isdigit() | ''.isdigit() | '½'.isdigit() | '½'.isnumeric() | 'ab'.islower() | 'aB'.islower() | 'AB'.isupper() | '1'.isupper() | ' '.isspace() | 'Ab Cd'.istitle() | 'Ab cd'.istitle() | 'a_1'.isidentifier() | '1a'.isidentifier() | 'é'.isascii() | '12'.isdecimal()
    '%s and %s' % ('a', 1) | '%d' % 5 | '%05d' % 42 | '%-5d|' % 42 | '%+d' % 42 | '%x' % 255 | '%X' % 255 | '%#x' % 255 | '%o' % 8 | '%e' % 12345.678 | '%.2f' % 3.14159 | '%8.3f' % 3.14159 | '%g' % 0.0001 | '%g' % 1e10 | '%g' % 100000 | '%g' % 1000000 | '%%' % () | '%c' % 'a' | '%c' % 65 | '%r' % 'a' | '%5s|' % 'a' | '%-5s|' % 'a' | '%.2s' % 'abc' | '%(k)s' % {'k': 'v'} | '%(x)s' % {'k': 'v'} | '%s' % [1, 2] | '%s %s' % 'a' | '%s' % ('a', 'b') | '%d' % 'a' | '%d' % 3.9 | '%*d' % (5, 42) | '%s' % none | 'plain' % () | 'plain' % 1 | '%s' % {'a': 1} | '%02d:%02d' % (5, 7) | '%i' % 5 | '%E' % 1.5 | '% d' % 5
    '{} {}'.format(1, 'a') | '{0} {1} {0}'.format('a', 'b') | '{name}'.format(name='x') | '{:>5}|'.format('a') | '{:<5}|'.format('a') | '{:^5}|'.format('a') | '{:*^7}'.format('a') | '{:05d}'.format(42) | '{:.2f}'.format(3.14159) | '{:,}'.format(1234567) | '{:x}'.format(255) | '{:#x}'.format(255) | '{:b}'.format(5) | '{:+}'.format(5) | '{:e}'.format(12345.678) | '{:g}'.format(0.5) | '{:.1%}'.format(0.256) | '{!r}'.format('a') | '{0[k]}'.format({'k': 'v'}) | '{0[1]}'.format([1, 2]) | '{{}}'.format() | '{}'.format() | '{:d}'.format('a') | '{:>{w}}'.format('a', w=5) | '{:.2f}'.format(2) | '{:5}|'.format(1) | '{:5}|'.format('a') | '{} {}'.format(none, true) | '{x'.format(1) | '{:_}'.format(1234567) | '{:.3}'.format('abcdef') | '{:s}'.format('a')
    -5 | abs | (-5) | abs | -2.5 | abs | (-2.5) | abs | 'a' | abs
    D.map | attr('k') is defined | D.word | attr('upper') is defined | [1, 2, 3, 4, 5] | batch(2) | list | [1, 2, 3] | batch(2, 'x') | list | D.word | capitalize | 5 | capitalize | D.word | center(21) | D.word | count | D.word | length | 5 | length | D.map | length | D.nothing | length
    missing | default('d') | missing | default | D.empty | default('d') | D.empty | default('d', true) | D.nothing | default('d', boolean=true) | D.map.missing | d('x') | D.map.x.y | default('d') | missing | default(1) + 1
    D.map | dictsort | {'b': 1, 'A': 2} | dictsort | {'b': 1, 'A': 2} | dictsort(true) | {'b': 1, 'A': 2} | dictsort(false, 'value') | {'b': 1, 'A': 2} | dictsort(reverse=true) | {1: 2, 'a': 3} | dictsort | {'a': 1} | dictsort(by='x')
    D.html | e | D.html | escape | 5 | e | D.html | e | e | D.html | forceescape | D.html | e | forceescape | D.html | safe | 100 | filesizeformat | 1 | filesizeformat | 1000 | filesizeformat | 1500000 | filesizeformat | 1500000 | filesizeformat(true) | '2048' | filesizeformat(binary=true) | 1e25 | filesizeformat | 999999 | filesizeformat
    D.names | first | [] | first | [] | first is defined | D.word | first | D.names | last | [] | last is defined | D.word | last | D.map | first | '3.5' | float | 'x' | float | 'x' | float(1.5) | 3 | float | '1e3' | float | none | float | ' 4.5 ' | float | 'inf' | float | '1_0.5' | float
    '%s %s' | format('a', 1) | '%(a)s' | format(a=1) | '%d' | format(5.7) | D.people | groupby('city') | D.people | groupby('city', case_sensitive=true) | D.people | groupby('age') | map('first') | list | D.people | groupby('zip', default='none') | map('list') | list | D.people | groupby('age') | map(attribute='grouper') | list | D.people | groupby('age') | map(attribute='list') | map('length') | list | D.people | groupby('zip')
    D.lines | indent | D.lines | indent(2) | D.lines | indent(2, true) | D.lines | indent(2, blank=true) | D.lines | indent('> ') | D.lines | indent(width=3, first=true, blank=true) | '' | indent | '' | indent(2, true) | 'a\\n' | indent(2, true) | 5 | indent
    '5' | int | '5.7' | int | 'x' | int | 'x' | int(3) | 5.9 | int | -5.9 | int | '0x1F' | int(base=16) | '1F' | int(0, 16) | '0b11' | int(0, 2) | '077' | int(0, 8) | none | int | none | int(7) | true | int | ' 5 ' | int | '1_000' | int | '1__0' | int | 'inf' | int | '1e3' | int
    D.map.nested | items | list | missing | items | list | 5 | items | list | D.names | join | D.names | join(', ') | [1, none, true] | join('-') | D.people | join(', ', attribute='name') | D.people | join('|', 'age') | 'abc' | join('.') | D.map | join(',') | 5 | join | D.people | join(',', attribute='zip')
    D.word | list | D.map | list | 5 | list | D.names | list | D.word | lower | 5 | lower | D.names | map('upper') | list | D.people | map(attribute='name') | list | D.people | map(attribute='tags.0', default='none') | list | D.people | map(attribute='zip') | list | D.people | map(attribute='zip', default='-') | join(',') | D.names | map('replace', 'x', 'q') | list | D.names | map | list | D.names | map('nofilter') | list | [[1, 2], [3]] | map('sum') | list | ['1', '2'] | map('int') | sum | D.names | map('default', 'q') | list | D.nothing | map('upper') | list
    D.numbers | max | D.numbers | min | D.names | max | D.names | min | D.names | max(case_sensitive=true) | D.people | max(attribute='age') | [] | max is defined | [1, 'a'] | max | D.people | min(attribute='name') | 'hello' | max
    {'b': 1, 'a': [1]} | pprint | 'x' | pprint | ['x'] | random | [] | random is defined | D.names | reject('equalto', 'x') | list | D.numbers | reject('odd') | list | D.people | rejectattr('age', 'gt', 26) | map(attribute='name') | list | D.people | rejectattr('tags') | list | length
    D.word | replace('o', '0') | D.word | replace('o', '0', 1) | 5 | replace('5', '6') | D.word | replace('', '-') | D.html | replace('<', '[') | 'aaa' | replace('a', 'b', count=2) | D.word | reverse | D.names | reverse | list | (1, 2) | reverse | list | 5 | reverse | list | D.map | reverse | list
    2.5 | round | 3.5 | round | 2.567 | round(2) | 2.567 | round(1, 'ceil') | 2.567 | round(1, 'floor') | 25 | round | 25 | round(-1) | 35 | round(-1) | 1234.5 | round(-2) | 2.4 | round(method='ceil') | 2 | round(1, 'floor') | 'a' | round | 2.5 | round(method='x') | 0.125 | round(2) | -2.5 | round | 2.675 | round(2)
    D.numbers | select('odd') | list | D.mixed | select | list | D.mixed | select('string') | list | D.numbers | select('gt', 1) | list | D.numbers | select('divisibleby', 3) | list | D.people | selectattr('age', 'eq', 30) | map(attribute='name') | list | D.people | selectattr('tags') | map(attribute='name') | list | D.people | selectattr('zip', 'defined') | list | D.people | selectattr('zip') | list | D.people | selectattr('zip', 'eq', 1) | list | D.people | selectattr('name', 'in', ['Bob']) | list | length | D.people | selectattr('tags.0', 'defined') | list | length | D.names | select('in', 'xyz') | list | D.names | select('notest') | list
    [1, 2, 3, 4, 5] | slice(2) | list | [1, 2, 3] | slice(2, 'x') | list | [1] | slice(3) | list | D.names | sort | D.names | sort(true) | D.names | sort(case_sensitive=true) | D.numbers | sort(reverse=true) | D.people | sort(attribute='name') | map(attribute='name') | list | D.people | sort(attribute='age,name') | map(attribute='name') | list | D.people | sort(attribute='age', reverse=true) | map(attribute='name') | list | [1, 'a'] | sort | D.map | sort | 'hello' | sort | [true, false] | sort | D.people | sort(attribute='zip') | [[2], [1, 5]] | sort | [none, 1] | sort
    5 | string | D.names | string | '<p>a  <b>b</b></p>' | striptags | 'a &amp; b' | striptags | D.numbers | sum | [] | sum | D.people | sum(attribute='age') | D.numbers | sum(start=10) | ['a'] | sum | [1.5, 2] | sum | [[1], [2]] | sum(start=[])
    "they're bill's-friend (x)" | title | 'hello WORLD' | title | 5 | title | 'a_b c' | title | {'b': 1, 'a': '<é>'} | tojson | [1, 2.0, none, true, 'x'] | tojson | {'a': [1, {'b': 2}]} | tojson(indent=2) | {} | tojson | [] | tojson(2) | 'it\\'s & <b>' | tojson | 'é\\n\\t"\\\\' | tojson | {1: 2} | tojson | {'a': 1, 1: 2} | tojson | (1, 2) | tojson | 1e16 | tojson | missing | tojson | {true: 1} | tojson | '\\x7f\\u2028😀' | tojson
    ' a ' | trim | 'xxaxx' | trim('x') | 5 | trim | 'hello world foo' | truncate(9) | 'hello world foo' | truncate(9, true) | 'hello world foo' | truncate(9, leeway=0) | 'hello world foo' | truncate(9, true, '..', 0) | 'short' | truncate(255) | 'hello world foo bar' | truncate(11, false, '', 0) | 'hello' | truncate(2) | 'aaaaaaaaaaaaaaaa' | truncate(8)
    D.names | unique | list | ['a', 'A', 'b'] | unique | list | ['a', 'A', 'b'] | unique(true) | list | D.people | unique(attribute='age') | map(attribute='name') | list | [[1], [1]] | unique | list | D.word | upper | 5 | upper | 'a b/c?d=é&~' | urlencode | {'a b': 'c/d', 'e': 1} | urlencode | [('a', 1), ('b', 2)] | urlencode | 5 | urlencode | '' | urlencode
    'hello world, foo_bar' | wordcount | '' | wordcount | "it's" | wordcount | 'hello world foo bar' | wordwrap(11) | 'hello world foo bar' | wordwrap(5) | 'aaaaaaaaaa bb' | wordwrap(4) | 'aaaaaaaaaa bb' | wordwrap(4, false) | 'a b c d' | wordwrap(3, wrapstring='|') | 'one two\\nthree four' | wordwrap(5) | {'class': 'x', 'id': none, 'q': '"<>&'} | xmlattr | {'a': 1} | xmlattr(false) | {} | xmlattr | {'a b': 1} | xmlattr
    3 is odd | 4 is even | -3 is odd | 6 is divisibleby 3 | 6 is divisibleby(4) | 6 is not divisibleby 3 | D.a is defined | D.a is undefined | D.nothing is none | true is boolean | 1 is boolean | true is true | 1 is true | false is false | 1 is integer | true is integer | 1.0 is integer | 1.0 is float | 'a' is lower | 'A' is upper | 5 is lower | 'a' is string | 5 is string | {} is mapping | [] is mapping | 1 is number | true is number | '1' is number | [] is sequence | 'a' is sequence | {} is sequence | 5 is sequence | [] is iterable | 5 is iterable | 'a' is iterable | range is callable | 5 is callable | 1 is sameas 1 | true is sameas true | 1 is sameas true | 'a' is escaped | ('a' | safe) is escaped | 1 is in [1] | 1 is not in [2] | 1 is eq 1 | 1 is ne 2 | 2 is gt 1 | 2 is ge 2 | 1 is lt 2 | 1 is le 1 | 1 is lessthan 2 | 'upper' is filter | 'nope' is filter | 'odd' is test | 1 is equalto(1) | 1 is greaterthan 0 | 'a' is odd | missing is none | missing is string | missing is number | 1 is nosuchtest | 1 is == 1
    range(3) | list | range(1, 7, 2) | list | range(5, 0, -2) | list | range(3) | range(1, 3) | range(0) | length | range(10)[2] | range(10)[2:4] | list | range('a') | range(1, 2, 0) | 2 in range(3) | range(3) == range(0, 3) | range(3) | sum | range() | range(2.5)
    dict(a=1, b=2) | dict({'a': 1}, b=2) | dict([('a', 1)]) | dict() | dict(5) | namespace(a=1).a | namespace({'a': 1}).a | namespace(a=1).b is defined | cycler('a', 'b').next() | cycler('a', 'b').current | cycler() | joiner()() | lipsum is defined | range | dict | namespace
    [1, 2][0] | {'a': {'b': 1}}.a.b | 'a'.upper().lower() | ('a' ~ 'b').upper() | [1, 2] | first + 1 | -1 | abs | (1, 2)[0] | 'a' | upper ~ 'b' | lower | 1 if 'a' is string else 2 | not 'a' is string | 'x' is defined and 'y' is defined | 1 + 2 | string | (1 + 2) | string | 2 * 'ab' | length | 'abc'[1] | upper | D.a.bit_length() | (2.0).is_integer() | (2.5).is_integer()
    1 2 | a b | | upper | ( | [1, 2 | {'a' 1} | 'a | 1 + | foo( | x. | x | | is | 1 is | not | and | 'a' if | a[ | a[1:2:3:4] | %} | 010 | 1.x | .5 | 1. | @ | a ! b | $x | a = 1 | 'a' is string is string
    D.word | nosuchfilter | D.word.nosuchmethod() | D.word() | D.a() | 5() | 'a'.upper | D.map.items() | list | length | [D.names, D.map.n] | (D.names | join('') ~ 'x') | 1 // 0.0 | D.names.append | D.mixed | D.people | D.map.nested | D.b | D.yes | D.no | D.nothing | D.empty | D.unicode | D.lines | D.html | {'a': D.html} | [D.unicode] | 0.1 | 100.0 | 1e5 | 3.0e-5 | 12345678901234567890 | 1.7976931348623157e308 | 5e-324 | 9007199254740993 | 2 ** 100
    """.strip().splitlines()


def cut(line):
    """The expressions of a line: a bar parts two of them, unless a filter stands behind it."""
    from jinja2.defaults import DEFAULT_FILTERS

    parts = [part.strip() for part in line.strip().split(" | ")]
    out = []
    for part in parts:
        name = part.split("(")[0].split(" ")[0].split("~")[0].strip()
        is_filter = name in DEFAULT_FILTERS or name in {"nosuchfilter"}
        if out and is_filter:
            out[-1] += " | " + part
        else:
            out.append(part)
    return out


TEMPLATES = r"""
{% set x = 1 %}{{ x }}
{% set x, y = 1, 2 %}{{ x }}{{ y }}
{% set (x, y) = (1, 2) %}{{ x }}{{ y }}
{% set x, y = [1, 2, 3] %}{{ x }}
{% set x %}a{{ 1 }}b{% endset %}[{{ x }}]
{% set x | upper %}a{% endset %}{{ x }}
{% set x | replace('a', 'b') | upper %}a{% endset %}{{ x }}
{% set D.x = 1 %}
{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}
{% set ns = namespace() %}{% set ns.b %}x{% endset %}{{ ns.b }}
{% set ns = namespace(a=1) %}{{ ns }}
{% set ns = {} %}{% set ns.a = 2 %}
{% set ns = namespace(n=0) %}{% for i in range(4) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}
{% set n = 0 %}{% for i in range(4) %}{% set n = n + i %}{{ n }},{% endfor %}{{ n }}
{% if true %}{% set n = 1 %}{% endif %}{{ n }}
{% if false %}{% set n = 1 %}{% endif %}{{ n is defined }}
{% for i in [1, 2] %}{% set seen = i %}{% endfor %}{{ seen is defined }}
{% for i in [1, 2] %}{{ seen is defined }}{% set seen = i %}{% endfor %}
{% set seen = 0 %}{% for i in [1, 2] %}{{ seen }}{% set seen = i %}{{ seen }}{% endfor %}
{% for a, b in {'x': 1, 'y': 2}.items() %}{{ a }}={{ b }};{% endfor %}
{% for k in D.map.nested %}{{ k }}{% endfor %}
{% for k, v in D.map.nested.items() %}{{ k }}:{{ v }}{% endfor %}
{% for k, v in D.map | dictsort %}{{ k }}{{ loop.index }}{% endfor %}
{% for i in [] %}x{% else %}empty{% endfor %}
{% for i in [1, 2, 3] if i > 1 %}{{ i }}/{{ loop.length }} {% endfor %}
{% for i in [1] if i > 1 %}x{% else %}none{% endfor %}
{% for i in [1, 2, 3] if loop.index > 1 %}{{ i }}{% endfor %}
{% for i in 'abc' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }};{% endfor %}
{% for i in 'abc' %}{{ loop.previtem if not loop.first }}<{{ i }}>{{ loop.nextitem if not loop.last }};{% endfor %}
{% for i in 'ab' %}{{ loop.previtem }}{% endfor %}
{% for i in 'ab' %}{{ loop.previtem is defined }}{% endfor %}
{% for i in 'abcd' %}{{ loop.cycle('x', 'y') }}{% endfor %}
{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}
{% for i in [1, 2] %}{% for j in [3, 4] %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}
{% for i in [1, 2] %}{{ loop }}{% endfor %}
{% for i in [[1, [2, []]]] recursive %}{{ loop.depth }}{% if i is iterable %}({{ loop(i) }}){% else %}{{ i }}{% endif %}{% endfor %}
{% for i in D.people recursive %}{{ i.name }}{% endfor %}
{% for i in [1] %}{{ loop([2]) }}{% endfor %}
{% for i in missing %}x{% endfor %}
{% for i in 5 %}x{% endfor %}
{% for i in D.names | select('ne', 'x') %}{{ loop.length }}{{ i }}{% endfor %}
{% for a, b in [[1, 2], [3, 4]] %}{{ a + b }} {% endfor %}
{% for (a, b), c in [((1, 2), 3)] %}{{ a + b + c }}{% endfor %}
{% for a, b in [[1]] %}{{ a }}{% endfor %}
{% set it = D.names | map('upper') %}{{ it | list }}{{ it | list }}
{% set i = 5 %}{% for i in [1] %}{% endfor %}{{ i }}
{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}
{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q is defined }}
{% macro m(a, b=2, *args) %}{% endmacro %}
{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a=5) }}
{% macro m(a) %}[{{ a is defined }}]{% endmacro %}{{ m() }}
{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m() }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x=2) }}
{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}
{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}
{% macro m(x, y=x ~ '!') %}{{ y }}{% endmacro %}{{ m('q') }}
{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}
{% set x = 1 %}{% macro m() %}{{ x }}{% set x = 2 %}{{ x }}{% endmacro %}{{ m() }}{{ x }}
{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}body{% endcall %}
{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}
{% macro m() %}x{% endmacro %}{% call m() %}body{% endcall %}
{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}
{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}
{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}
{% macro m(a=[]) %}{% set _ = a.append(1) %}{{ a }}{% endmacro %}{{ m() }}{{ m() }}
{% macro m() %}a{% endmacro %}{{ m() | upper }}{{ m().upper() }}{{ m() ~ 'b' }}{{ m }}
{% macro m(a, b) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}
{% for i in [1, 2] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}
{% set args = [1, 2] %}{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(*args) }}{{ m(**{'a': 3, 'b': 4}) }}
{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}{{ inner is defined }}
{% filter upper %}a{{ 'b' }}{% endfilter %}
{% filter replace('a', 'b') | upper %}aa{% endfilter %}
{% filter indent(2, true) %}a
b{% endfilter %}
{% set l = [] %}{% set _ = l.append(1) %}{{ l }}
{% set l = [1] %}{% set m = l %}{% set _ = m.append(2) %}{{ l }}
{% set d = {} %}{% set _ = d.update({'a': 1}) %}{% set _ = d.update(b=2) %}{{ d }}
{% set d = {'a': 1} %}{% set c = d.copy() %}{% set _ = c.update(a=2) %}{{ d }}{{ c }}
{% set l = [3, 1, 2] %}{% set _ = l.sort() %}{{ l }}{% set _ = l.reverse() %}{{ l }}{% set _ = l.insert(1, 'x') %}{{ l }}{% set _ = l.remove(3) %}{{ l }}{% set _ = l.extend((7, 8)) %}{{ l }}{% set _ = l.clear() %}{{ l }}
{% set d = {} %}{{ d.setdefault('a', []).append(1) }}{{ d }}
{% set groups = {} %}{% for p in D.people %}{% set _ = groups.setdefault(p.age, []).append(p.name) %}{% endfor %}{{ groups }}
{% if D.names.append('q') %}{% endif %}{{ D.names | length }}
{% set k = {'a': 1, 'b': 2} %}{% set _ = k.pop('a') %}{{ k }}{{ k.keys() }}
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set _ = c.reset() %}{{ c.next() }}
{% set j = joiner('|') %}{% for i in [1, 2, 3] %}{{ j() }}{{ i }}{% endfor %}
{% include 'part.j2' %}
{% set outer = 'o' %}{% include 'part.j2' %}
{% for x in [1, 2] %}{% include 'part.j2' %}{% endfor %}
{% set outer = 'o' %}{% include 'part.j2' without context %}
{% set outer = 'o' %}{% include 'part.j2' with context %}
{% include 'missing.j2' %}
{% include 'missing.j2' ignore missing %}ok
{% include ['missing.j2', 'part.j2'] %}
{% include ['missing.j2'] ignore missing without context %}ok
{% include [] ignore missing %}ok
{% include 'part.txt' %}
{% include 'part.html' %}
{% include missing %}
{% include '../x' %}
{% set outer = 1 %}{% include 'sets.j2' %}{{ outer }}{{ leaked is defined }}
{% set n = 3 %}{% include 'recursive.j2' %}
{% import 'macros.j2' as m %}{{ m.hi('x') }}{{ m.hi('x', greeting='Yo') }}{{ m.shared }}{{ m.nothing is defined }}
{% from 'macros.j2' import hi, wrap as w %}{{ hi('a') }}{% call w('b') %}c{% endcall %}
{% from 'macros.j2' import nothing %}{{ nothing is defined }}
{% from 'macros.j2' import nothing %}{{ nothing() }}
{% set outer = 1 %}{% import 'macros.j2' as m %}{{ m.sees() }}
{% set outer = 1 %}{% import 'macros.j2' as m with context %}{{ m.sees() }}
{% set outer = 1 %}{% from 'macros.j2' import sees with context %}{{ sees() }}
{% set outer = 1 %}{% from 'macros.j2' import sees without context %}{{ sees() }}
{% import 'macros.j2' as m %}{{ m.count() }}{{ m.count() }}{{ m.size() }}{% import 'macros.j2' as n %}{{ n.size() }}
{% import 'macros.txt' as m %}{{ m.link('<') }}{{ m.html }}
{% from 'macros.txt' import link %}{{ link('<') ~ '&' }}{{ link('<') | length }}
{% import 'missing.j2' as m %}
{% from 'macros.j2' import _private %}
{% extends 'base.j2' %}{% block body %}child{% endblock %}
{% extends 'base.j2' %}{% set title = 'T' %}{% block body %}{{ super() }}!{% endblock %}
{% extends 'middle.j2' %}{% block body %}child({{ super() }}){% endblock %}{% block head %}H{% endblock %}
{% extends 'middle.j2' %}{% block body %}{{ super.super() }}{% endblock %}
ignored{% extends 'base.j2' %}ignored too{{ missing }}
{% extends 'required.j2' %}
{% extends 'required.j2' %}{% block must %}done{% endblock %}
{% extends 'loop.j2' %}{% block item %}<{{ i }}>{% endblock %}
{% extends 'unscoped.j2' %}
{% block a %}x{% endblock %}{{ self.a() }}
{% block a %}x{% endblock %}{% block a %}y{% endblock %}
{% block a %}{% block b %}in{% endblock %}{% endblock a %}
{% set x = 1 %}{% block a %}{{ x }}{% endblock %}
{% for i in [1] %}{% block a %}{{ i is defined }}{% endblock %}{% endfor %}
{% block a %}{{ super() }}{% endblock %}
{% extends missing %}
{% autoescape true %}{{ '<' }}{{ '<' | safe }}{{ '<' ~ '>' }}{% set x %}<{{ '<' }}{% endset %}{{ x }}{% endautoescape %}{{ '<' }}
{% autoescape true %}{{ ['<', '>' | safe] | join('&') }}{{ '<a>' | replace('a', '&') }}{{ ('<' | safe) + '<' }}{{ {'a': '<'} | xmlattr }}{{ '<b>' | e }}{{ '<%s>' | safe | format('<') }}{{ ('<%s>' | safe) % '<' }}{{ [1, '<'] }}{% endautoescape %}
{% autoescape true %}{{ {'a': '<'} | tojson }}{{ '<' | upper }}{{ ('<' | safe).upper() }}{{ ('<%s' | safe).replace('%s', '>') }}{{ '<x>' | safe | indent }}{{ ('<' | safe).join(['>', '<' | safe]) }}{% endautoescape %}
{% autoescape false %}{{ '<' }}{% endautoescape %}
{% raw %}{{ x }}{% if %}{% endraw %}
a {%- raw -%} {{ x }} {%- endraw -%} b
{# comment #}a{#- x -#} b
a  {{- 1 -}}  b  {%- if true -%}  c  {%- endif -%}  d
a {%+ if true +%} b {%+ endif +%}
{{ 1 }}

{{ '{{' }}{{ '}}' }}
{{ {'a': {'b': 1}}['a']['b'] }}
{% if 1 %}a{% elif 2 %}b{% else %}c{% endif %}
{% if 0 %}a{% elif 2 %}b{% else %}c{% endif %}
{% if 0 %}a{% elif 0 %}b{% else %}c{% endif %}
{% if missing %}a{% endif %}
{% if missing is defined and missing.x %}a{% endif %}ok
{% if D.map.missing %}a{% endif %}
{% if false %}{{ 1 | nosuchfilter }}{% endif %}ok
{{ 1 if true else (1 | nosuchfilter) }}
{% for i in [] %}{{ 1 | nosuchfilter }}{% endfor %}
{% if 'nosuchfilter' is filter %}{{ 1 | nosuchfilter }}{% endif %}ok
{% print 1 %}{% print 'a', 'b' %}
{% do [].append(1) %}
{% break %}
{% for i in [1, 2] %}{% break %}{% endfor %}
{% nosuch %}
{% if 1 %}
{% endif %}
{% for i in [1] %}{% endif %}
{% if 1 %}{% else %}{% else %}{% endif %}
{% set %}
{% set 1 = 2 %}
{% set none = 2 %}
{{ }}
{% %}
{{ 1
{% if 1
{# open
{% raw %}
{{ 'a
b' }}
{{ [1,
2,
3] | sum }}
{% set x = [
  1,
  2,
] %}{{ x }}
{%
if true
%}a{%
endif
%}
{%- for i in [1, 2] %}
- {{ i }}
{%- endfor %}
{% set true = 1 %}
{{ loop }}
{{ super() }}
{{ caller() }}
{% trans %}x{% endtrans %}
{% debug %}
{{ D.names[loop] }}
{% macro m() %}{% for i in [1] %}{{ kwargs }}{% endfor %}{% endmacro %}{{ m(a=1) }}
{% call(x) missing() %}{% endcall %}
{% set f = D.word.upper %}{{ f() }}
{% set x = 'a' if false %}[{{ x }}]{{ x is defined }}
{% set x %}  a  {% endset %}[{{ x | trim }}]
{{ "a" if true }}{{ "b" if false }}c
{{ ("b" if false) | default('d') }}
{{ ("b" if false) | upper }}
{{ ("b" if false).x }}
{% for i in ([1] if false) %}x{% else %}e{% endfor %}
{% for i in range(3) %}{% for j in range(2) %}{{ i }}{{ j }}{{ "," if not loop.last }}{% endfor %};{% endfor %}
{% set ns = namespace(found=false) %}{% for i in [1, 2] %}{% if i == 2 %}{% set ns.found = true %}{% endif %}{% endfor %}{{ ns.found }}
{{ D.people | map(attribute='tags') | map('join', ',') | list }}
{{ D.people | selectattr('age', '>', 26) | sort(attribute='name') | map(attribute='name') | join('/') }}
{{ [D.word, 1] | map('string') | map('lower') | join(' ') }}
{{ D.lines.split('\n') | map('trim') | select | join(',') }}
{{ dict(D.map, extra=1) | length }}{{ dict(D.people | map(attribute='name') | map('lower') | list | batch(2) | first | list | batch(2)) }}
{{ D.unicode | length }}{{ D.unicode[0:3] }}{{ D.unicode | upper }}{{ D.unicode | reverse }}
""".strip("\n")

#: Templates that hold line ends: parts between these marks are one template.
LONG = [
    "a\n{% if true %}\nb\n{% endif %}\nc\n",
    "a\n  {% if true %}\n  b\n  {% endif %}\nc\n",
    "{% for i in [1, 2] %}\n  {{ i }}\n{% endfor %}\n",
    "  {# x #}\n  a  {# y #}\nb\n\n",
    "a\r\nb\rc\n{{ 1 }}\r\n",
    "{% raw %}\n  a\n  {% endraw %}\nb",
    "x{% set a = 1 %}\n\ny\n",
    "\n\n{{ 1 }}\n\n",
    "{{ D.lines | indent(2) }}\n{{ D.lines }}",
    "line\n# for i in [1, 2]\n{{ i }}\n# endfor\n## gone\nend ## gone too\n",
    "# for i in [1,\n#  2]:\n",
    "a\n   #- if true\nb\n   # endif\nc\n",
    "<% if true %><< 1 >>{{ 2 }}<% endif %><# c #>",
    "{% do D.names.append('n') %}{{ D.names | length }}",
    "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{{ loop.last }}{% endfor %}",
    "{{ '<' }}{{ D.html }}",
]

SETTINGS = [
    {},
    {"trim_blocks": True},
    {"lstrip_blocks": True},
    {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True},
    {"keep_trailing_newline": True},
    {"line_statement_prefix": "#", "line_comment_prefix": "##"},
    {"block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "<<", "variable_end_string": ">>",
     "comment_start_string": "<#", "comment_end_string": "#>"},
    {"newline_sequence": "\r\n"},
    {"extensions": ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.debug", "jinja2.ext.i18n"]},
    {"autoescape": True},
    {"autoescape": False},
    {"extensions": []},
]


def cases():
    """Every template with the settings that it is rendered with."""
    seen = set()
    for line in expressions():
        for expression in cut(line):
            text = "{{ " + expression + " }}"
            if text not in seen:
                seen.add(text)
                yield text, {}
    lines = TEMPLATES.split("\n")
    text = ""
    for line in lines:
        text = line if not text else text + "\n" + line
        # A template goes on where a mark or a block is open.
        if is_open(text):
            continue
        yield text, {}
        text = ""
    for text in LONG:
        for settings in SETTINGS:
            yield text, settings


def is_open(text):
    """Whether the next line of the table belongs to the same template."""
    goes_on = ("{% filter indent(2, true) %}a", "{{ 'a", "{{ [1,", "{{ [1,\n2,", "{% set x = [", "{% set x = [\n  1,",
               "{% set x = [\n  1,\n  2,", "{%", "{%\nif true", "{%\nif true\n%}a{%", "{%\nif true\n%}a{%\nendif",
               "{%- for i in [1, 2] %}", "{%- for i in [1, 2] %}\n- {{ i }}")
    return text in goes_on


def rendered(text, settings):
    """What Sceptre's own function makes of a template; ``None`` if it refuses."""
    from sceptre.template_handlers.helper import render_jinja_template

    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            Path(folder, name).write_bytes(content.encode())
        Path(folder, "case.yaml.j2").write_bytes(text.encode())
        data = json.loads(json.dumps(DATA))
        try:
            text = render_jinja_template(str(Path(folder, "case.yaml.j2")), {"sceptre_user_data": data}, dict(settings))
        except Exception:  # noqa: BLE001 - whatever Jinja2 raises, Sceptre stops
            return None
        # An address of memory is another one each time: sesame refuses to write it.
        return None if " at 0x" in text else text


def table():
    """The whole table. ``D`` is short for ``sceptre_user_data`` in templates of one file."""
    made = []
    for text, settings in cases():
        text = __import__("re").sub(r"\bD\b(?=[.\[ |)])", "sceptre_user_data", text)
        made.append({"text": text, "settings": settings, "output": rendered(text, settings)})
    return {"data": DATA, "files": FILES, "cases": made}


def main():
    """Writes the table."""
    text = json.dumps(table(), indent=1, ensure_ascii=True)
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(text + "\n")


if __name__ == "__main__":
    main()
