"""Single mistakes in the rendered templates, and whether a test of the platform sees each of them.

python -m tests.mutation         all of them
python -m tests.mutation --help  a sample, one kind, one resource
"""
