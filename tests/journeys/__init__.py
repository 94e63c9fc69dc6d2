"""Whole months in a browser: what people do, one page after another."""
