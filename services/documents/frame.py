"""What every document bears, whatever it says: from whom to whom, number, date, who signs."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ExpectedSigner:
    """A holder of a certificate who is to sign."""

    field: str
    """Signature field: leader, member or office."""
    role: str
    """In words: 组长, 组员, 办公室."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The particulars of one document; all words are ready to be printed."""

    issuer: str
    """Organ of the red head and of the signature line."""
    date: str
    """ISO day."""
    unit: str = ""
    """Name in full; empty for a document about all units."""
    addressee: str = ""
    """Without the colon; empty where nobody is addressed."""
    group: str = ""
    """The supervision group's name."""
    campaign: str = ""
    period: str = ""
    """In words: 2014年4月10日至5月6日."""
    number: str = ""
    """银督三〔2014〕12号, or empty before it is taken."""
    label: str = ""
    """内部资料 注意保存."""
    signers: tuple[ExpectedSigner, ...] = ()


class Data(Protocol):
    """What a document prints: a frozen dataclass of plain values with a frame."""

    @property
    def frame(self) -> Frame:
        """From whom to whom."""
        ...
