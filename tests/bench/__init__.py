"""Benchmarks: each against a reference measured in the same run, one JSON object a line."""
