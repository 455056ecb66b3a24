"""What a browser may load for a page (Content Security Policy Level 3): what this service serves, and scripts only where the page has some."""

from __future__ import annotations


def policy(scripts: bool = False, styles: tuple[str, ...] = ()) -> str:
    """The policy of a page; `styles` are sources of styles besides our own files."""
    told = {
        "default-src": ["'none'"],
        "style-src": ["'self'", *styles],
        "img-src": ["'self'", "data:"],
        **({"script-src": ["'self'"], "connect-src": ["'self'"]} if scripts else {}),
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in told.items())
