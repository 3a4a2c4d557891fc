"""A keyed bijection of range(n), for n of any size, computed item by item: a shuffle nobody has to hold in memory.

A balanced Feistel network over the smallest even number of bits that holds n, with cycle-walking: a value that
falls outside the range is sent through again until it is inside (Black and Rogaway, "Ciphers with arbitrary finite
domains", 2002). The round function is HMAC-SHA256 in counter mode, so a half may have any number of bits.
"""

import hmac
from dataclasses import dataclass

ROUNDS = 8  # four make a strong pseudo-random permutation (Luby and Rackoff); more for halves of a few bits
_BLOCK_BITS = 256


@dataclass(frozen=True)
class KeyedPermutation:
    """`permutation[i]` for i in range(size): each value of range(size) once, in an order only the key decides."""

    key: bytes
    size: int

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self.size:
            raise IndexError(f"{index} is not in range({self.size})")
        half_bits = max(1, ((self.size - 1).bit_length() + 1) // 2)
        value = self._network(index, half_bits)
        while value >= self.size:
            value = self._network(value, half_bits)
        return value

    def _network(self, value: int, half_bits: int) -> int:
        left, right = value >> half_bits, value & ((1 << half_bits) - 1)
        for number in range(ROUNDS):
            left, right = right, left ^ self._round(number, right, half_bits)
        return (left << half_bits) | right

    def _round(self, number: int, half: int, half_bits: int) -> int:
        content = half.to_bytes((half_bits + 7) // 8, "big")
        blocks = range((half_bits + _BLOCK_BITS - 1) // _BLOCK_BITS)
        stream = b"".join(
            keyed_hash(self.key, bytes((number,)) + block.to_bytes(4, "big") + content) for block in blocks
        )
        return int.from_bytes(stream, "big") >> (len(stream) * 8 - half_bits)


def keyed_hash(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA256: 32 bytes."""
    return hmac.digest(key, content, "sha256")
