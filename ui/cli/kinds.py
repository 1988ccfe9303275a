"""What records there are and what they hold: the truth of this version, for scripts."""

import argparse

from models.kinds import CHOICES, TEMPLATE_LISTS, Field, RecordKind, Tier
from services import words
from services.records import kind_named, kinds
from services.words import _
from ui.cli.console import Console, table
from ui.cli.verbs import Command


def _kinds_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def _kinds(taken: argparse.Namespace, said: Console) -> int:
    del taken
    told = [
        {"kind": k.name, "label": words.kind(k.name), "tiers": [t.value for t in k.tiers()]}
        for k in kinds()
    ]
    lines = table((_("种类"), _("名称")), [(k.name, words.kind(k.name)) for k in kinds()])
    said.result({"kinds": told}, lines)
    return 0


def _fields_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", help=_("记录种类"))
    parser.add_argument("--campaign", metavar="ID", help=_("列出此模板的选项"))


def _fields(taken: argparse.Namespace, said: Console) -> int:
    spec = kind_named(taken.kind)
    lists = _template_lists(taken.campaign)
    told = [_told(spec, field, lists) for field in spec.fields]
    rows = [_row(spec, field, lists) for field in spec.fields]
    headings = (_("字段"), _("名称"), _("类型"), _("必填"), _("选项或所指"))
    said.result({"kind": spec.name, "fields": told}, table(headings, rows))
    return 0


def _template_lists(template: str | None) -> dict[str, tuple[str, ...]]:
    """List → ids of its members: the fixed ones, and those of a template when one is named."""
    lists = dict(CHOICES)
    if template is not None:
        from services import campaign

        loaded = campaign.load(template)
        lists |= {n: tuple(i for i, _word in loaded.members(n)) for n in TEMPLATE_LISTS}
    return lists


def _told(spec: RecordKind, field: Field, lists: dict[str, tuple[str, ...]]) -> dict[str, object]:
    known = lists.get(field.choices or "")
    return {
        "name": field.name,
        "label": words.field(spec.name, field.name),
        "type": field.type.value,
        "required": field.required,
        "choices": None if known is None else [str(c) for c in known],
        "list": field.choices,
        "refers": list(field.refers),
        "sealed": field.tier is Tier.SEALED,
        "tier": field.tier.value,
        "computed": field.computed,
        "default": field.default,
    }


def _row(spec: RecordKind, field: Field, lists: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    marks = [_("必填")] if field.required else []
    marks += [_("由程序算出")] if field.computed else []
    marks += [_("封存")] if field.tier is Tier.SEALED else []
    known = lists.get(field.choices or "")
    choices = " ".join(known) if known else words.list_name(field.choices or "")
    refers = " ".join(field.refers)
    label = words.field(spec.name, field.name)
    return field.name, label, field.type.value, "、".join(marks), choices or refers


COMMANDS = {
    "kinds": Command(_kinds_arguments, _kinds),
    "fields": Command(_fields_arguments, _fields),
}
