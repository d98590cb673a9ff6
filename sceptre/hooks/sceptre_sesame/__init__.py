"""The Sceptre plugin of sesame: the `!sesame` hook and the `!sesame` resolver.

It adds no logic. It starts the `sesame` binary of its own installation, tells it about the stack, carries its
AWS calls to Sceptre's connection manager, and turns a failure into one clean line.

    tag.py           the class behind `!sesame`: hook.py and resolver.py in one
    context.py       what the binary is told about the stack
    conversation.py  one run of the binary: lines of JSON in both directions, with a time limit
    aws.py           one AWS call of the binary, made by Sceptre
    binary.py        where the binary is
    __main__.py      the same AWS calls for a binary that a person started by hand
"""
