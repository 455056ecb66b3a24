"""The processes beside the event loop: those that answer queries, the one that makes changes, the one that makes views."""
