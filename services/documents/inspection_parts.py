"""The parts of an inspection report: data and wording into blocks and charts."""

from collections.abc import Sequence

from services.documents import composing
from services.documents.blocks import Block, Column, Heading, Note, Table, body
from services.documents.composing import Composed
from services.documents.inspection_data import (
    Category,
    Evaluation,
    EvaluationRow,
    Group,
    Inspection,
)
from services.documents.lines import clean
from services.documents.wording import Wording, chinese_date, ordinal, wording
from services.shares import percent_text

LEAST_PEOPLE = 5
"""A category of fewer people is not named to a unit (product.md §6)."""


def compose(data: Inspection, *, receipt: bool = True) -> Composed:
    """All blocks of the report, charts not yet drawn."""
    say = wording("inspection")
    parts = say.several("title", unit=data.unit)
    report = composing.official(data.frame, parts)
    report.blocks.append(_basis(data, say))
    _done(data, say, report)
    _findings(data, say, report)
    _opinions(data, say, report)
    _ledger(data, say, report)
    _demands(data, say, report)
    report.blocks.append(composing.closing(data.frame))
    if receipt:
        report.blocks.append(composing.receipt(data.frame, report.title))
    return report


def shown(heard: Sequence[Category], few: str) -> tuple[Category, ...]:
    """Categories that may be named; small ones are told together, or not at all if still few."""
    large = [c for c in heard if c.people >= LEAST_PEOPLE]
    rest = sum(c.people for c in heard if 0 < c.people < LEAST_PEOPLE)
    return (*large, Category(few, rest)) if rest >= LEAST_PEOPLE else tuple(large)


def _basis(data: Inspection, say: Wording) -> Block:
    standard = say(
        "basis.text", campaign=data.campaign, group=data.group, period=data.period, unit=data.unit
    )
    return body(data.basis or standard)


def _done(data: Inspection, say: Wording, report: Composed) -> None:
    report.blocks.append(Heading(1, say("done.heading")))
    ways = [say("done.way", way=v.name, count=v.count) for v in data.work.visits if v.count]
    total = sum(v.count for v in data.work.visits)
    text = say("done.visits", total=total, ways="、".join(ways)) if total else say("done.no_visits")
    work = data.work
    counts = {
        "checks": work.checks,
        "talks": work.talks,
        "opinions": work.opinions,
        "reviews": work.reviews,
    }
    parts = [say(f"done.{key}", count=count) for key, count in counts.items() if count]
    if parts:
        text += "，".join(parts) + "。"
    categories = shown(data.heard, say("done.few"))
    if categories:
        named = [say("done.category", category=c.name, people=c.people) for c in categories]
        text += say("done.heard", categories="、".join(named))
    report.blocks.append(body(text))


def _findings(data: Inspection, say: Wording, report: Composed) -> None:
    report.blocks.append(Heading(1, say("findings.heading")))
    found = [group for group in data.groups if group.count]
    if not found:
        report.blocks.append(body(say("findings.none")))
        return
    counts = "，".join(say("findings.group", group=g.name, count=g.count) for g in found)
    total = sum(group.count for group in found)
    report.blocks.append(body(say("findings.total", total=total, groups=counts)))
    for number, group in enumerate(found, 1):
        report.blocks.append(
            Heading(2, say("findings.group_heading", ordinal=ordinal(number), group=group.name))
        )
        _group(group, say, report)
    clean_groups = [group.name for group in data.groups if not group.count]
    if clean_groups:
        report.blocks.append(body(say("findings.clean", groups="、".join(clean_groups))))


def _group(group: Group, say: Wording, report: Composed) -> None:
    serial = 0
    present = [sub_kind for sub_kind in group.sub_kinds if sub_kind.problems]
    for number, sub_kind in enumerate(present, 1):
        words = {
            "ordinal": ordinal(number),
            "sub_kind": sub_kind.name,
            "count": len(sub_kind.problems),
        }
        report.blocks.append(body(say("findings.sub_kind", **words)))
        for problem in sub_kind.problems:
            serial += 1
            title = clean(problem.title).strip().rstrip("。")
            facts = clean(problem.facts).strip()
            if facts and facts[-1] not in "。！？”）":
                facts += "。"
            number_words = (
                say("findings.problem_number", number=problem.number) if problem.number else ""
            )
            text = say(
                "findings.problem", serial=serial, title=title, number=number_words, facts=facts
            )
            report.blocks.append(body(text))


def _opinions(data: Inspection, say: Wording, report: Composed) -> None:
    report.blocks.append(Heading(1, say("evaluation.heading")))
    if not data.evaluations and not data.ratios:
        report.blocks.append(body(say("evaluation.none")))
    for evaluation in data.evaluations:
        if evaluation.rows:
            _evaluation(evaluation, say, report)
    if data.ratios:
        _ratios(data, say, report)


def _evaluation_text(evaluation: Evaluation, approving: str, say: Wording) -> str:
    first, line = evaluation.rows[0], evaluation.line_percent
    count = _approval(first, evaluation)
    whole = _divisor(first, evaluation)
    if whole:
        text = say(
            "evaluation.subject",
            round=evaluation.round,
            issued=first.issued,
            returned=first.returned,
            valid=first.valid,
            approving=approving,
            count=count,
            share=percent_text(count, whole, line),
        )
        below = 100 * count < line * whole
        text = (
            text.removesuffix("。")
            + "，"
            + say("evaluation.below" if below else "evaluation.reached", line=line)
        )
    else:
        text = say("evaluation.no_result", round=evaluation.round)
    if evaluation.written_returned:
        unsaid = evaluation.blank + evaluation.none_written
        text += say(
            "evaluation.written",
            returned=evaluation.written_returned,
            blank=evaluation.blank,
            none_written=evaluation.none_written,
            share=percent_text(unsaid, evaluation.written_returned),
        )
    return text


def _evaluation(evaluation: Evaluation, say: Wording, report: Composed) -> None:
    from services.charts import Rate, rates

    approving = "”“".join(evaluation.grades[: evaluation.approving])
    line = evaluation.line_percent
    report.blocks.append(body(_evaluation_text(evaluation, approving, say)))
    report.blocks.append(_evaluation_table(evaluation, approving, say, report))
    note = "evaluation.note_returned" if evaluation.by_returned else "evaluation.note"
    report.blocks.append(Note(evaluation.note or say(note, approving=approving, line=line)))
    report.figures += 1
    bars = [
        Rate(clean(row.item), _approval(row, evaluation), _divisor(row, evaluation))
        for row in evaluation.rows
    ]
    line_words, nothing = say("evaluation.line", line=line), say("evaluation.nothing")
    caption = say("evaluation.chart", n=report.figures, approving=approving)
    words = [*(bar.label for bar in bars), line_words, nothing]
    report.chart(
        words,
        8.0 + 8.0 * len(bars),
        caption,
        lambda faces: rates(bars, line, line_words, nothing, faces),
    )


def _divisor(row: EvaluationRow, evaluation: Evaluation) -> int:
    return row.returned if evaluation.by_returned else row.valid


def _approval(row: EvaluationRow, evaluation: Evaluation) -> int:
    return sum(row.grades[: evaluation.approving])


def _evaluation_table(
    evaluation: Evaluation, approving: str, say: Wording, report: Composed
) -> Table:
    report.tables += 1
    heads = [
        *(say(f"evaluation.{key}") for key in ("issued", "returned", "valid")),
        *evaluation.grades,
    ]
    columns = [
        Column(say("evaluation.item"), 26, left=True),
        *(Column(head, 12) for head in heads),
        Column(say("evaluation.share", approving=approving), 27),
    ]
    rows = []
    for row in evaluation.rows:
        count = _approval(row, evaluation)
        whole, line = _divisor(row, evaluation), evaluation.line_percent
        share = percent_text(count, whole, line) if whole else say("evaluation.nothing")
        numbers = (row.issued, row.returned, row.valid, *row.grades)
        rows.append((row.item, *map(str, numbers), share))
    return Table(tuple(columns), tuple(rows), say("evaluation.caption", n=report.tables))


def _ratios(data: Inspection, say: Wording, report: Composed) -> None:
    from services.charts import Ratio, ratios

    parts = []
    rows = []
    for ratio in data.ratios:
        names = {"left": ratio.left, "right": ratio.right}
        part = say(
            "ratios.part", **names, left_count=ratio.left_count, right_count=ratio.right_count
        )
        if ratio.unclassified:
            part += say("ratios.unclassified", count=ratio.unclassified)
        parts.append(part)
        whole = ratio.left_count + ratio.right_count
        share = percent_text(ratio.left_count, whole) if whole else say("ratios.nothing")
        numbers = (str(ratio.left_count), str(ratio.right_count))
        rows.append((say("ratios.versus", **names), *numbers, share, str(ratio.unclassified)))
    report.blocks.append(
        body(say("ratios.text", total=data.opinions_total, parts="；".join(parts)))
    )
    report.tables += 1
    keys = ("pair", "left", "right", "left_share", "open")
    columns = [
        Column(say(f"ratios.{key}"), 60 if key == "pair" else 20, left=key == "pair")
        for key in keys
    ]
    report.blocks.append(Table(tuple(columns), tuple(rows), say("ratios.caption", n=report.tables)))
    report.blocks.append(Note(data.ratio_note or say("ratios.note")))
    report.figures += 1
    pairs = [Ratio(clean(r.left), clean(r.right), r.left_count, r.right_count) for r in data.ratios]
    nothing = say("ratios.nothing")
    words = [nothing, *(r.left + r.right for r in data.ratios)]
    caption = say("ratios.chart", n=report.figures)
    report.chart(words, 13.0 * len(pairs) + 1, caption, lambda faces: ratios(pairs, nothing, faces))


def _ledger(data: Inspection, say: Wording, report: Composed) -> None:
    report.blocks.append(Heading(1, say("ledger.heading")))
    rows = [
        (p.number or "—", sub_kind.name, p.title, p.state, chinese_date(p.deadline) or "—")
        for group in data.groups
        for sub_kind in group.sub_kinds
        for p in sub_kind.problems
    ]
    if not rows:
        report.blocks.append(body(say("ledger.none")))
        return
    report.tables += 1
    shares = (12, 18, 34, 48, 16, 28)
    names = zip(say.several("ledger.columns"), shares, strict=True)
    columns = tuple(
        Column(name, share, left=at in (2, 3)) for at, (name, share) in enumerate(names)
    )
    numbered = tuple((str(at), *row) for at, row in enumerate(rows, 1))
    report.blocks.append(Table(columns, numbered, say("ledger.caption", n=report.tables)))


def _demands(data: Inspection, say: Wording, report: Composed) -> None:
    report.blocks.append(Heading(1, say("demands.heading")))
    if not data.demands:
        report.blocks.append(body(say("demands.none")))
        return
    report.blocks.append(body(say("demands.lead", unit=data.unit)))
    last = len(data.demands)
    for number, demand in enumerate(data.demands, 1):
        text = say("demands.item", ordinal=ordinal(number), text=demand.text.strip().rstrip("。；"))
        if demand.due:
            text += say("demands.due", date=chinese_date(demand.due))
        report.blocks.append(body(text + ("。" if number == last else "；")))
