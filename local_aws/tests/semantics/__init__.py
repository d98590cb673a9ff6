"""The examples of AWS's pages, without a server."""
