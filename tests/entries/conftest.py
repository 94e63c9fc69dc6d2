"""The office on each engine, as the returns have it."""

from tests.returns.conftest import bases, office

__all__ = ["bases", "office"]
