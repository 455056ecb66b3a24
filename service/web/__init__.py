"""What every door shares: negotiation, tokens, limits, refusals, bodies, kept answers."""
