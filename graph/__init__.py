"""Styrgraf's library: from files to answers with their evidence. Knows nothing of the web."""
