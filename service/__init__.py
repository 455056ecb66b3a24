"""Styrgraf's faces: command line, HTTP, pages."""
