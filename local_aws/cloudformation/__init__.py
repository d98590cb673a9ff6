"""CloudFormation as AWS runs it; it replaces moto's, which skips what it does not know."""
