"""The second wall: on PostgreSQL a transaction stands in a position that sees its own rows alone.

The first wall is the owner in every query. This one holds where a query forgets it: row-level
security, under roles that own nothing (design §2.8). On SQLite, which is for trying out, there is
the first alone.
"""

from portal.wall.queue import QUEUE_SCHEMA, QueueMissing
from portal.wall.rights import RolesMissing, faults, lower_wall, raise_wall, rights_ddl
from portal.wall.standing import Position, Step, guard, stand, stepping

__all__ = [
    "QUEUE_SCHEMA",
    "Position",
    "QueueMissing",
    "RolesMissing",
    "Step",
    "faults",
    "guard",
    "lower_wall",
    "raise_wall",
    "rights_ddl",
    "stand",
    "stepping",
]
