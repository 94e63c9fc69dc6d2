"""ECDSA on the curves of NIST, checked in whole numbers alone.

A signature and a public key are no secrets, so that nothing here need hide how long it takes; what
signs keeps to its own library or token (FIPS 186-5 §6.4.2; coordinates after Jacobi).
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[int, int]
_Jacobi = tuple[int, int, int]
_NOWHERE: _Jacobi = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """y² = x³ - 3x + b over the prime p; ``base`` makes a group of n points."""

    p: int
    b: int
    n: int
    base: Point
    bits: int

    @property
    def size(self) -> int:
        """How many bytes one coordinate has."""
        return self.bits // 8

    def holds(self, point: Point) -> bool:
        """Whether a point lies on the curve."""
        x, y = point
        inside = 0 <= x < self.p and 0 <= y < self.p
        return inside and (y * y - (x * x * x - 3 * x + self.b)) % self.p == 0

    def read(self, data: bytes) -> Point:
        """The point of its uncompressed bytes (0x04, x, y). ValueError for any other bytes."""
        size = self.size
        point = int.from_bytes(data[1 : size + 1]), int.from_bytes(data[size + 1 :])
        if len(data) != 2 * size + 1 or data[:1] != b"\x04" or not self.holds(point):
            raise ValueError("no point of this curve")
        return point

    def signed(self, key: Point, digest: bytes, r: int, s: int) -> bool:
        """Whether (r, s) is the key's signature over what has this digest."""
        if not (0 < r < self.n and 0 < s < self.n and self.holds(key)):
            return False
        whole = int.from_bytes(digest)
        e = whole >> max(0, 8 * len(digest) - self.bits)
        w = pow(s, -1, self.n)
        x, _, z = self._sum_of(e * w % self.n, r * w % self.n, key)
        if not z:
            return False
        return x * pow(z, -2, self.p) % self.p % self.n == r

    def _sum_of(self, u: int, v: int, key: Point) -> _Jacobi:
        """U times the base and v times the key, in one walk over the bits of both (Shamir)."""
        base, other = (*self.base, 1), (*key, 1)
        steps = (None, base, other, self._added(base, other))
        found = _NOWHERE
        for bit in range(self.bits - 1, -1, -1):
            found = self._doubled(found)
            step = steps[(u >> bit & 1) + 2 * (v >> bit & 1)]
            found = found if step is None else self._added(found, step)
        return found

    def _doubled(self, point: _Jacobi) -> _Jacobi:
        x, y, z = point
        if not z or not y:
            return _NOWHERE
        p, yy, zz = self.p, y * y, z * z
        s = 4 * x * yy % p
        m = 3 * (x - zz) * (x + zz) % p
        to = (m * m - 2 * s) % p
        return to, (m * (s - to) - 8 * yy * yy) % p, 2 * y * z % p

    def _added(self, one: _Jacobi, two: _Jacobi) -> _Jacobi:
        (x1, y1, z1), (x2, y2, z2), p = one, two, self.p
        if not z1 or not z2:
            return one if z1 else two
        zz1, zz2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * zz2 % p, x2 * zz1 % p
        s1, s2 = y1 * zz2 * z2 % p, y2 * zz1 * z1 % p
        if u1 == u2:
            return self._doubled(one) if s1 == s2 else _NOWHERE
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x = (r * r - hhh - 2 * v) % p
        return x, (r * (v - x) - s1 * hhh) % p, h * z1 * z2 % p


P256 = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    base=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    bits=256,
)
P384 = Curve(
    p=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    base=(
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    bits=384,
)
CURVES = {"secp256r1": P256, "secp384r1": P384}
