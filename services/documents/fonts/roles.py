"""The five roles of type in an official document and the families that may play them.

Source: GB/T 9704-2012 §7 for the roles; the official faces are never shipped, so that every role
has free families after them and the program's own font package at the end.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a piece of text is set in."""

    TITLE = "title"
    """小标宋: titles and the issuing organ's red head."""
    BODY = "body"
    """仿宋: running text."""
    KAI = "kai"
    """楷体: second-level headings, notes."""
    HEI = "hei"
    """黑体: first-level headings, labels, table heads."""
    SONG = "song"
    """宋体: page numbers."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a role asks for."""

    official: tuple[str, ...]
    """Names under which the prescribed face may be installed; the first is what is reported."""
    free: tuple[str, ...]
    """Families that stand in, best first."""
    serif: bool
    """Whether the packaged serif (else sans) comes first among the last resorts."""
    weight: int
    """Weight looked for when a family has several (400 regular, 700 bold)."""


_SERIF = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "思源宋体",
    "FandolSong",
    "AR PL UMing CN",
)
_SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "思源黑体",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "FandolHei",
)

WISHES: dict[Role, Wish] = {
    Role.TITLE: Wish(
        (
            "方正小标宋",
            "方正小标宋简体",
            "方正小标宋_GBK",
            "FZXiaoBiaoSong-B05S",
            "FZXiaoBiaoSong-B05",
            "FZXBSJW",
            "FZXBSJW--GB1-0",
            "FZXBSK--GBK1-0",
            "小标宋",
        ),
        _SERIF,
        serif=True,
        weight=700,
    ),
    Role.BODY: Wish(
        (
            "仿宋_GB2312",
            "FangSong_GB2312",
            "FangSong",
            "仿宋",
            "方正仿宋_GBK",
            "方正仿宋简体",
            "FZFSK--GBK1-0",
            "FZFSJW--GB1-0",
            "STFangsong",
            "华文仿宋",
        ),
        ("FandolFang", "FandolFang R", "Zhuque Fangsong (technical preview)", "朱雀仿宋", *_SERIF),
        serif=True,
        weight=400,
    ),
    Role.KAI: Wish(
        (
            "楷体_GB2312",
            "KaiTi_GB2312",
            "KaiTi",
            "楷体",
            "方正楷体_GBK",
            "方正楷体简体",
            "FZKTK--GBK1-0",
            "FZKTJW--GB1-0",
            "STKaiti",
            "华文楷体",
        ),
        ("FandolKai", "LXGW WenKai", "霞鹜文楷", "LXGW WenKai GB", "AR PL UKai CN", *_SERIF),
        serif=True,
        weight=400,
    ),
    Role.HEI: Wish(
        (
            "黑体",
            "SimHei",
            "方正黑体_GBK",
            "方正黑体简体",
            "FZHTK--GBK1-0",
            "FZHTJW--GB1-0",
            "STHeiti",
            "华文黑体",
        ),
        _SANS,
        serif=False,
        weight=500,
    ),
    Role.SONG: Wish(
        ("宋体", "SimSun", "NSimSun", "新宋体", "STSong", "华文宋体"),
        _SERIF,
        serif=True,
        weight=400,
    ),
}

SPARE = (
    "SimSun-ExtB",
    "SimSun-ExtG",
    "MingLiU-ExtB",
    "Plangothic P1",
    "Plangothic P2",
    "遍黑体 P1",
    "遍黑体 P2",
    "HanaMinA",
    "HanaMinB",
    "BabelStone Han",
    "Microsoft YaHei",
    "LXGW WenKai",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Sans Math",
    "Segoe UI Symbol",
    "Noto Sans",
    "DejaVu Sans",
)
"""Families of wide coverage, asked for a character that none of a role's own fonts has."""
