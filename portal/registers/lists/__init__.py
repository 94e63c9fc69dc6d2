"""How lists are applied: by whom and from when, what was released and not logged, upstreams."""
