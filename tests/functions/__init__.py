"""Tests of the Lambda functions, as the rendered templates deploy them."""
