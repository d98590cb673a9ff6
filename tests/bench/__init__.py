"""What sesame costs beside Sceptre and cfn-lint: `make bench` writes docs/benchmarks.md."""
