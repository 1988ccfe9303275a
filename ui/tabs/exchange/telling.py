"""A reception in words: what its preview, its end and the list of merges say."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from models.kinds import Uid
from services import records, references, words
from services.merge import Outcome, Remark, Report, Sample, Tally, Turn, Verdict
from services.numbering import Numbered
from services.package import Sender, SignatureState
from services.receiving import Entry, Reading
from services.words import _
from services.workspace import Workspace
from ui.tabs.exchange.preview import KindLine, PackageLine, Shown
from ui.tabs.exchange.preview import Sample as SampleLine
from ui.tabs.exchange.words import moment, reason, run

_TOP = 3
_QUIET = frozenset({"merge_unsigned", "merge_workspace_file", "merge_gap", "merge_fork"})
"""Remarks that hold for most packages, or that the notes below tell with names."""


def shown(workspace: Workspace, reading: Reading, sticks: int) -> Shown:
    """The preview of a reading from so many sticks."""
    reports = [e.report for e in reading.entries if e.report is not None and e.can_be_taken]
    tallies = [report.figures.tally for report in reports]
    uids = {line for tally in tallies for kind in tally.kinds for line in kind.top}
    uids |= {uid for tally in tallies for s in tally.samples for uid in (s.actor, s.unit) if uid}
    titles = {str(uid): title for uid, title in references.titles(workspace, uids).items()}
    for entry in reading.entries:
        if entry.source is not None:
            sender = entry.source.manifest.sender
            titles.setdefault(sender.person, sender.name)
    return Shown(
        head=_head(reading, sticks),
        packages=tuple(_package(entry, workspace.group) for entry in reading.entries),
        kinds=tuple(_kinds(tallies, titles)),
        samples=tuple(_sample(s, titles) for s in _mixed(tallies)),
        notes=(*_notes(reading, workspace.group), *_met(reports)),
    )


def _head(reading: Reading, sticks: int) -> str:
    count = len(reading.entries)
    bad = sum(not entry.can_be_taken for entry in reading.entries)
    text = _("{count} 个包").format(count=count)
    if sticks:
        text = _("{count} 个包，{sticks} 个U盘").format(count=count, sticks=sticks)
    unsigned = sum(
        entry.source is not None and entry.source.signature.state is SignatureState.NONE
        for entry in reading.entries
    )
    if bad:
        text += _("，{bad} 个不能接收，其余都验过").format(bad=bad)
    else:
        text += _("，每条改动和附件都验过")
    return text + (_("；{count} 个没有签名").format(count=unsigned) if unsigned else "")


def _package(entry: Entry, own: Uid) -> PackageLine:
    source, report = entry.source, entry.report
    if source is None or report is None or not entry.can_be_taken:
        name, made = entry.path.name, ""
        if source is not None:
            name, made = _name(source.manifest.sender, own), _when(source.manifest.made_at)
        failure = reason(entry.failure, entry.path.name) if entry.failure is not None else ""
        verdict = _("✗ {why}").format(why=failure)
        return PackageLine(name, made, None, verdict, "late", failure, is_taken=False)
    tally = report.figures.tally
    numbers = (tally.new, tally.changed, tally.deleted, tally.parallel, tally.conflicts)
    remarks = [_remark(one) for one in report.figures.remarks]
    tip = "\n".join([entry.path.name, *_signature(report), *remarks])
    return PackageLine(
        name=_name(source.manifest.sender, own),
        made=_when(source.manifest.made_at),
        numbers=numbers,
        verdict=_verdict(report),
        tone="wait" if entry.asks else "done",
        tip=tip,
        asks=entry.asks,
    )


def _name(sender: Sender, own: Uid) -> str:
    """Whose laptop: within the group letter and name, else the group's name too."""
    who = f"{sender.letter} {sender.name}".strip()
    return who if sender.group == own else f"{sender.group_name}  {who}"


def _when(ms: int) -> str:
    return moment(datetime.fromtimestamp(ms / 1000, UTC), clock=True)


def _verdict(report: Report) -> str:
    figures = report.figures
    if report.brakes:
        why = "；".join(_remark(one) for one in report.brakes)
        return _("! {why}。确实要接收就打勾").format(why=why)
    said = [_remark(r) for r in figures.remarks if r.code not in _QUIET]
    if not figures.applied and not figures.held:
        said.insert(0, _("没有新的，以前都接收过"))
    if figures.held:
        held = _("{count} 条先收着，等缺的补来").format(count=f"{figures.held:,}")
        said.insert(0, held)
    if figures.tally.conflicts:
        said.insert(0, _("{count} 处要人定，不急").format(count=figures.tally.conflicts))
    return "；".join([_("✓ 可接收"), *said])


def _remark(remark: Remark) -> str:
    return words.sentence(remark.code, remark.params)


def _signature(report: Report) -> Iterable[str]:
    if report.signature is not None and report.signature.signer:
        yield _("签名 {name}").format(name=report.signature.signer)


def _kinds(tallies: Sequence[Tally], titles: dict[str, str]) -> Iterable[KindLine]:
    """The kinds of all packages together, most first."""
    counts: dict[str, list[int]] = {}
    tops: dict[str, dict[str, None]] = {}
    for tally in tallies:
        for line in tally.kinds:
            one = counts.setdefault(line.key, [0, 0, 0])
            for place, number in enumerate((line.new, line.changed, line.deleted)):
                one[place] += number
            tops.setdefault(line.key, {}).update(dict.fromkeys(line.top))
    for kind, (new, changed, deleted) in sorted(counts.items(), key=lambda i: -sum(i[1])):
        units = [titles[uid] for uid in tops[kind] if uid in titles]
        yield KindLine(words.kind(kind), new, changed, deleted, "、".join(units[:_TOP]))


def _mixed(tallies: Sequence[Tally]) -> list[Sample]:
    """Examples of all packages, those that somebody must know about first."""
    order = (Turn.CONFLICT, Turn.DELETED, Turn.PARALLEL, Turn.CHANGED, Turn.NEW)
    every = [sample for tally in tallies for sample in tally.samples]
    return sorted(every, key=lambda sample: order.index(sample.turn))


def _sample(sample: Sample, titles: dict[str, str]) -> SampleLine:
    turns = {
        Turn.NEW: _("新"),
        Turn.CHANGED: _("改"),
        Turn.DELETED: _("删"),
        Turn.PARALLEL: _("并"),
        Turn.CONFLICT: _("定"),
    }
    stems = dict.fromkeys(field.partition(".")[0] for field in sample.fields)
    title = next((s.title for s in records.kinds() if s.name == sample.kind), "")
    told = [_("题目") if stem == title else words.field(sample.kind, stem) for stem in stems]
    fields = "、".join(told)
    parts = [words.kind(sample.kind), sample.title or titles.get(sample.unit, "")]
    if sample.turn is not Turn.NEW and fields and sample.turn is not Turn.DELETED:
        parts.append(fields)
    text = "  ".join(part for part in parts if part)
    return SampleLine(turns[sample.turn], text, titles.get(sample.actor, ""))


def _notes(reading: Reading, own: Uid) -> Iterable[str]:
    """Holes and forks, by whose laptop."""
    names = {
        e.source.manifest.sender.replica: _name(e.source.manifest.sender, own)
        for e in reading.entries
        if e.source is not None
    }
    gap = _("缺 {name} {run}：后面的先收着，暂不生效，请再送一次")
    told: dict[str, None] = {}
    for entry in reading.entries:
        figures = entry.report.figures if entry.report is not None else None
        for one in figures.gaps if figures else ():
            name = names.get(one.replica, one.replica[:8])
            told[gap.format(name=name, run=run(one.first, one.last))] = None
        for fork in figures.forks if figures else ():
            name = names.get(fork.replica, fork.replica[:8])
            told[_("{name} 有两份分头写的，两份都保留").format(name=name)] = None
    return told


def _met(reports: Iterable[Report]) -> Iterable[str]:
    """What stands there twice once the packages are in, and where that is put right."""
    every = {(c.kind, c.field, c.value): c for r in reports for c in r.figures.collisions}
    units = [c.value for c in every.values() if c.is_same_unit]
    if units:
        told = _("有 {count} 个单位可能是同一单位记了两条：{names}。接收后在“待裁定”里合为一个")
        yield told.format(count=len(units), names=_some(units))
    numbers = [
        f"{words.field(c.kind, c.field)} {c.value}" for c in every.values() if not c.is_same_unit
    ]
    if numbers:
        told = _("有 {count} 个编号重了：{names}。接收后在“待裁定”里看是哪几条，改其中一条")
        yield told.format(count=len(numbers), names=_some(numbers))


def _some(names: Sequence[str]) -> str:
    """The first few, and how many there are if there are more."""
    text = "、".join(names[:_TOP])
    return _("{names}等").format(names=text) if len(names) > _TOP else text


def outcome(told: Outcome, numbered: Numbered, waiting: int) -> list[str]:
    """What a reception came to, line by line; `waiting` fields wait for a decision now."""
    taken = [r for r in told.sources if r.verdict is not Verdict.REFUSED]
    tallies = [r.figures.tally for r in taken]
    line = _("接收 {count} 包：新 {new}，改 {changed}，删 {deleted}。").format(
        count=len(taken),
        new=f"{sum(t.new for t in tallies):,}",
        changed=f"{sum(t.changed for t in tallies):,}",
        deleted=f"{sum(t.deleted for t in tallies):,}",
    )
    parallel = sum(t.parallel for t in tallies)
    if parallel:
        line += _("自动合并 {count} 处。").format(count=parallel)
    if waiting:
        line += _("待裁定 {count} 处，不急。").format(count=waiting)
    lines = [line]
    held = told.total("held")
    if held:
        lines.append(_("{count} 条先收着，等缺的补来才生效。").format(count=f"{held:,}"))
    if numbered.numbers:
        first, last, count = numbered.numbers[0], numbered.numbers[-1], len(numbered.numbers)
        text = _("编号：{count} 个暂号已给正式编号 {first} 至 {last}。")
        if count == 1:
            text = _("编号：{count} 个暂号已给正式编号 {first}。")
        lines.append(text.format(count=count, first=first, last=last))
    if told.new_replica:
        lines.append(_("有人在别处用这个文件的副本写过：本机已换新身份接着写，两边都不丢。"))
    return lines


def units_twice(count: int) -> list[str]:
    """That some units stand there twice, if any do."""
    told = _("有 {count} 个单位记了两条：在“待裁定”里合为一个。")
    return [told.format(count=count)] if count else []


def names_apart(count: int) -> list[str]:
    """That some sealed names were written by several people apart, if any were."""
    told = _("有 {count} 份实名几个人分头写过，可能要定：在“待裁定”里凭实名口令看。")
    return [told.format(count=count)] if count else []


def left_out(told: Outcome, entries: Iterable[Entry]) -> list[str]:
    """What was not taken in, and why."""
    lines = [
        _("✗ {name}：{why}").format(name=e.path.name, why=reason(e.failure, e.path.name))
        for e in entries
        if e.failure is not None
    ]
    for report in told.sources:
        if report.verdict is Verdict.REFUSED and report.failure is not None:
            why = reason(report.failure, report.name)
            lines.append(_("✗ {name}：{why}").format(name=report.name, why=why))
    return lines
