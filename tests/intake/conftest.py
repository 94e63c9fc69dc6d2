"""An ISP under a policy in force, and one of its officers."""

from tests.registers.conftest import authority, by, isp

__all__ = ["authority", "by", "isp"]
