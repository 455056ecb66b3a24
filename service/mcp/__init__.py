"""The Model Context Protocol: tools, guide and prompts for language models."""
