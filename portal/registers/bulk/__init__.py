"""Very many entries at once: staged beside the register, matched set by set, then written."""

from portal.registers.bulk.admitting import admit_staged
from portal.registers.bulk.correcting import Corrections
from portal.registers.bulk.lines import Dresser
from portal.registers.bulk.matching import Met, match
from portal.registers.bulk.stage import Stage

__all__ = ["Corrections", "Dresser", "Met", "Stage", "admit_staged", "match"]
