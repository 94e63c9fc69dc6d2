"""WHAT WAS DONE: the registers, their entries and events, and the standing declarations."""

from portal.entries.inputs import check
from portal.registers.inputs_progress import PROGRESS_INPUTS
from portal.registers.register import REGISTERS, Register, register_named

__all__ = ["PROGRESS_INPUTS", "REGISTERS", "Register", "check", "register_named"]
