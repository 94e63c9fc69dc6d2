"""Shared training: a session that its trainer enters once, and each ISP confirms its own people."""
