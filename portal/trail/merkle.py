"""The Merkle tree of RFC 9162, §2.1: root, inclusion and consistency; pure functions over hashes.

Leaves are given as their hashes (``leaf_hash``), in order; a tree of size n is their first n.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from portal.canonical import sha256

EMPTY = sha256(b"")
Hashes = Sequence[bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\x01" + left + right)


def root(leaves: Hashes) -> bytes:
    """The root over all leaves; the hash of nothing for none."""
    return roots_at(leaves, {len(leaves)})[len(leaves)]


def roots_at(leaves: Hashes, sizes: Collection[int]) -> dict[int, bytes]:
    """The roots that the tree had at some sizes, in one pass; sizes it never had are left out."""
    wanted, found = set(sizes), {0: EMPTY} if 0 in sizes else {}
    whole: list[tuple[int, bytes]] = []  # the perfect subtrees from left to right, with their sizes
    for size, leaf in enumerate(leaves, 1):
        width, right = 1, leaf
        while whole and whole[-1][0] == width:
            width, right = 2 * width, node_hash(whole.pop()[1], right)
        whole.append((width, right))
        if size in wanted:
            found[size] = _folded([each for _, each in whole])
    return found


def inclusion_path(leaves: Hashes, index: int) -> list[bytes]:
    """What proves that leaf ``index`` (from 0) is in the tree (§2.1.3.1)."""
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    left, right = leaves[:cut], leaves[cut:]
    if index < cut:
        return [*inclusion_path(left, index), root(right)]
    return [*inclusion_path(right, index - cut), root(left)]


def consistency_path(leaves: Hashes, old: int) -> list[bytes]:
    """What proves that this tree begins with that of size ``old``, from 1 (§2.1.4.1)."""
    return _subproof(leaves, old, whole=True)


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Hashes) -> bytes | None:
    """The root that a path leads to from a leaf (§2.1.3.2); None where it fits no such tree."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node_hash(step, found)
            here, last = _up(here, last)
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Hashes) -> bool:
    """Whether a path shows that the tree of size ``new`` begins with that of ``old`` (§2.1.4.2)."""
    if not 0 < old < new:
        return 0 < old == new and not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            was, now = node_hash(step, was), node_hash(step, now)
            here, last = _up(here, last)
        else:
            now = node_hash(now, step)
        here, last = here >> 1, last >> 1
    return last == 0 and (was, now) == (old_root, new_root)


def _subproof(leaves: Hashes, old: int, *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    cut = _cut(len(leaves))
    left, right = leaves[:cut], leaves[cut:]
    if old <= cut:
        return [*_subproof(left, old, whole=whole), root(right)]
    return [*_subproof(right, old - cut, whole=False), root(left)]


def _folded(subtrees: list[bytes]) -> bytes:
    found = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        found = node_hash(left, found)
    return found


def _cut(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def _up(here: int, last: int) -> tuple[int, int]:
    """Climb as long as a node has no right neighbour in the tree."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last
