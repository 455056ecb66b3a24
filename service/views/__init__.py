"""What a request reads: views of releases, opened once and kept."""
