"""Gap reports, overviews of plans and comparisons: over HTTP, for the command line and for pages."""
