"""The metadata all tables belong to, how constraints are named, and columns that many tables have."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, LargeBinary, MetaData, TypeDecorator, Uuid, func

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def id_column() -> Column[Any]:
    return Column("id", Uuid, primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False, ondelete: str | None = None) -> Column[Any]:
    return Column(name, Uuid, ForeignKey(target, ondelete=ondelete), nullable=nullable)


def time_column(name: str, *, now: bool = False) -> Column[Any]:
    """A time: the database's own now by default, or empty until something happens."""
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), server_default=default, nullable=not now)


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A set of small numbers from 0 as bytes, bit k for number k: a hundred and a quarter bytes for any of 1,000."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, _dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        bits = 0
        for number in value:
            bits |= 1 << number
        return bits.to_bytes((bits.bit_length() + 7) // 8, "little")

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> tuple[int, ...] | None:
        if value is None:
            return None
        bits = int.from_bytes(value, "little")
        return tuple(number for number in range(bits.bit_length()) if bits >> number & 1)
