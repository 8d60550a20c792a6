"""The desk: a browser workbench of server-rendered pages over the same use cases as the API."""
