"""Writing ordinary files as the upper floor may: whole or not at all."""

from models.files import write_atomic

__all__ = ["write_atomic"]
