"""After a crash: what was typed and never stored, a strip a record, put back or let go."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from models.kinds import FieldType, Uid, Value
from services import drafts, records, references, words
from services.drafts import Draft
from services.errors import AppError
from services.words import _
from ui import errors, theme
from ui.context import Context

_FIRST_WORDS = 24
_TYPED = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LINKS, FieldType.ANSWERS})
"""Fields whose text is worth showing; the others only say where a record belongs."""
_CHOSEN = frozenset({FieldType.REFERENCE, FieldType.CHOICE})


class KeptTexts(QWidget):
    """A strip a record; nothing at all when everything was stored."""

    wanted = Signal(object, object)
    """Uid of the record (`drafts.is_unborn`: a new one), and field → text to put back."""

    def __init__(self, context: Context, kind: str, parent: QWidget | None = None) -> None:
        """Empty until `reload`; offers what was typed into records of `kind`."""
        super().__init__(parent)
        self._context = context
        self._kind = kind
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, theme.px(4), 0, 0)
        self._layout.setSpacing(theme.px(4))
        self.hide()

    def reload(self) -> None:
        """Ask the file what was kept."""
        while (item := self._layout.takeAt(0)) is not None:
            strip = item.widget()
            if strip is not None:
                strip.deleteLater()
        kept = self._pending()
        titles = references.titles(self._context.here(), {d.uid for d in kept})
        for uid, found in groupby(kept, attrgetter("uid")):
            self._layout.addWidget(self._strip(tuple(found), titles.get(uid, "")))
        self.setVisible(bool(kept))

    def texts_of(self, uid: Uid) -> dict[str, str]:
        """Field → text, of what was kept of a record; empty when there is none."""
        return {draft.field: draft.text for draft in self._pending() if draft.uid == uid}

    def parted(self, texts: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, str]]:
        """Of a new record: what is chosen and only says where it belongs, and what is typed."""
        spec = records.kind_named(self._kind).by_name
        chosen = {name for name in texts if name in spec and spec[name].type in _CHOSEN}
        preset: dict[str, Value] = {name: texts[name] for name in chosen}
        return preset, {name: text for name, text in texts.items() if name not in chosen}

    def told(self) -> tuple[str, ...]:
        """The sentences of the strips."""
        strips = (self._layout.itemAt(n) for n in range(self._layout.count()))
        widgets = (item.widget() for item in strips if item is not None)
        return tuple(w.findChildren(QLabel)[0].text() for w in widgets if w is not None)

    def _pending(self) -> list[Draft]:
        kept = [d for d in drafts.pending(self._context.here()) if d.kind == self._kind]
        return sorted(kept, key=attrgetter("uid"))

    def _strip(self, kept: Sequence[Draft], title: str) -> QFrame:
        strip = QFrame()
        strip.setProperty("role", "strip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(*map(theme.px, (12, 6, 12, 6)))
        told = QLabel(self._sentence(kept, title))
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        row.addWidget(told, 1)
        back = QPushButton(_("放回"))
        back.setProperty("kind", "primary")
        back.clicked.connect(partial(self._put_back, kept))
        row.addWidget(back)
        away = QPushButton(_("不要"))
        away.clicked.connect(partial(self._drop, kept[0].uid))
        row.addWidget(away)
        return strip

    def _sentence(self, kept: Sequence[Draft], title: str) -> str:
        """Which record, when, and how each text ends."""
        uid = kept[0].uid
        kind = words.kind(self._kind, self._context.here().template)
        new = _("新{kind}").format(kind=kind)
        texts = [d for d in kept if self._is_text(d)] or list(kept)
        at = max(d.at for d in texts).astimezone()
        shown = "；".join(
            _("{field}“{text}”").format(
                field=words.field(self._kind, draft.field.partition(".")[0]),
                text=_end_of(draft.text),
            )
            for draft in texts
        )
        return _("上次没来得及存：{record}，{at} 写的{texts}").format(
            record=new if drafts.is_unborn(uid) else f"{kind} {title}".strip(),
            at=f"{at:%m-%d %H:%M}",
            texts=shown,
        )

    def _is_text(self, draft: Draft) -> bool:
        spec = records.kind_named(self._kind).by_name.get(draft.field.partition(".")[0])
        return spec is not None and spec.type in _TYPED

    def _put_back(self, kept: Sequence[Draft], _on: bool = False) -> None:
        uid = Uid(kept[0].uid)
        if not drafts.fields_of(self._context.here(), self._kind, uid):
            # Stored or let go meanwhile, from a dialog that found it again.
            self.reload()
            return
        self.wanted.emit(uid, {draft.field: draft.text for draft in kept})
        if drafts.is_unborn(uid):
            # What was not stored of it is kept anew, under the record that was begun with it.
            self._drop(uid)
        else:
            self.reload()

    def _drop(self, uid: Uid, _on: bool = False) -> None:
        try:
            drafts.drop_record(self._context.here(), self._kind, uid)
        except AppError as failure:
            errors.show(self, failure)
        self.reload()


def _end_of(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= _FIRST_WORDS else f"……{whole[-_FIRST_WORDS:]}"
