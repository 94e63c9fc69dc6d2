"""The tree of RFC 9162 against an independent library, and against paths that lie."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from portal.trail.merkle import (
    EMPTY,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    root,
    root_of_inclusion,
    roots_at,
)

MOST = 300


def data(no: int) -> bytes:
    return f"line {no}".encode()


LEAVES = [leaf_hash(data(no)) for no in range(MOST)]
THEIRS = InmemoryTree(algorithm="sha256")
THEIRS.append_entries([data(no) for no in range(MOST)])


def test_every_root_is_the_librarys() -> None:
    ours = roots_at(LEAVES, range(MOST + 1))

    assert ours == {size: THEIRS.get_root(size) for size in range(1, MOST + 1)} | {0: EMPTY}
    assert [root(LEAVES[:size]) for size in (1, 2, 7, MOST)] == [ours[s] for s in (1, 2, 7, MOST)]


def test_a_size_the_tree_never_had_has_no_root() -> None:
    assert roots_at(LEAVES[:5], {4, 6}) == {4: root(LEAVES[:4])}


def test_every_inclusion_holds_in_every_tree_up_to_64() -> None:
    for size in range(1, 65):
        whole = root(LEAVES[:size])
        for index in range(size):
            path = inclusion_path(LEAVES[:size], index)
            assert root_of_inclusion(LEAVES[index], index, size, path) == whole


def test_every_consistency_holds_in_every_tree_up_to_64() -> None:
    roots = roots_at(LEAVES, range(65))
    for new in range(1, 65):
        for old in range(1, new + 1):
            path = consistency_path(LEAVES[:new], old)
            assert is_consistent(old, roots[old], new, roots[new], path)


@given(size=st.integers(1, MOST), share=st.floats(0, 0.999))
def test_the_library_proves_the_same_inclusion(size: int, share: float) -> None:
    index = int(share * size)
    theirs, path = THEIRS.prove_inclusion(index + 1, size), inclusion_path(LEAVES[:size], index)

    assert theirs.path == [LEAVES[index], *path]
    verify_inclusion(LEAVES[index], root(LEAVES[:size]), theirs, index=index + 1, size=size)
    whole = THEIRS.get_root(size)
    assert root_of_inclusion(THEIRS.get_leaf(index + 1), index, size, path) == whole


@given(new=st.integers(1, MOST), share=st.floats(0, 0.999))
def test_the_library_finds_the_same_trees_consistent(new: int, share: float) -> None:
    old = 1 + int(share * new)
    roots, theirs = roots_at(LEAVES, {old, new}), THEIRS.prove_consistency(old, new)

    verify_consistency(roots[old], roots[new], theirs, prior_size=old, later_size=new)
    path = consistency_path(LEAVES[:new], old)
    assert is_consistent(old, THEIRS.get_root(old), new, THEIRS.get_root(new), path)


@given(
    size=st.integers(2, 64),
    index=st.integers(0, 63),
    place=st.integers(0, 6),
    bit=st.integers(0, 7),
)
def test_a_path_that_lies_leads_elsewhere(size: int, index: int, place: int, bit: int) -> None:
    index %= size
    path = inclusion_path(LEAVES[:size], index)
    place %= len(path)
    step = bytes([path[place][0] ^ (1 << bit)]) + path[place][1:]
    forged = [*path[:place], step, *path[place + 1 :]]

    whole = root(LEAVES[:size])
    assert root_of_inclusion(LEAVES[index], index, size, forged) != whole
    assert root_of_inclusion(LEAVES[index], index, size, path[:-1]) != whole
    assert root_of_inclusion(LEAVES[index], index, size, [*path, step]) != whole
    assert root_of_inclusion(leaf_hash(b"else"), index, size, path) != whole


@given(old=st.integers(1, 64), more=st.integers(1, 64), changed=st.integers(0, 63))
def test_a_tree_that_was_rebuilt_is_not_consistent(old: int, more: int, changed: int) -> None:
    new = old + more
    other = list(LEAVES[:new])
    other[changed % old] = leaf_hash(b"rewritten")

    path = consistency_path(other, old)
    assert is_consistent(old, root(other[:old]), new, root(other), path)
    assert not is_consistent(old, root(LEAVES[:old]), new, root(other), path)


def test_nothing_is_consistent_with_a_longer_or_an_empty_tree() -> None:
    roots = roots_at(LEAVES, {0, 4, 8})

    assert not is_consistent(8, roots[8], 4, roots[4], [])
    assert not is_consistent(0, roots[0], 4, roots[4], [])
    assert not is_consistent(4, roots[4], 8, roots[8], [])
