"""核对签名人: a root's fingerprint, to be compared by phone before it is believed."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from services import certificates
from services.package import SignatureState, SignatureVerdict
from services.receiving import Reading
from services.words import _
from ui.parts.cards import label
from ui.parts.dialogs import Dialog

_GROUPS_A_LINE = 4


def unknown(reading: Reading) -> tuple[SignatureVerdict, ...]:
    """Signatures under roots that nobody compared yet, one for each root."""
    every = (e.report.signature for e in reading.entries if e.report is not None)
    found: dict[bytes, SignatureVerdict] = {}
    for one in every:
        if one is not None and one.state is SignatureState.UNKNOWN_ROOT and one.root:
            found.setdefault(one.root, one)
    return tuple(found.values())


class TrustDialog(Dialog):
    """Shows the fingerprint large; who it was compared with has to be said."""

    def __init__(self, signature: SignatureVerdict, parent: QWidget | None = None) -> None:
        """Ask about the root of one signature."""
        root = certificates.subject_name(signature.root)
        text = _(
            "{signer}的证书由“{root}”签发，本机还没有核对过这个根证书。"
            "给活动办打电话，请他们念根证书指纹，和下面逐组对。有一组不同就不要信任。"
        )
        super().__init__(
            parent,
            _("核对签名人"),
            text.format(signer=signature.signer, root=root),
            _("一样，信任"),
        )
        self.fingerprint = QLabel(lines(certificates.fingerprint(signature.root)))
        self.fingerprint.setProperty("role", "code")
        self.fingerprint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.fingerprint.setAccessibleName(_("根证书指纹"))
        self.fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fingerprint.ensurePolished()
        self.fingerprint.setMinimumSize(self.fingerprint.sizeHint())
        self.with_whom = QLineEdit()
        self.with_whom.setAccessibleName(_("和谁核对的"))
        self.with_whom.setPlaceholderText(_("姓名、电话"))
        self.body.addWidget(self.fingerprint)
        self.body.addWidget(label(_("和谁核对的"), "hint"))
        self.body.addWidget(self.with_whom)
        self.with_whom.setFocus()
        self._fit()

    def _fit(self) -> None:
        """Beside text that wraps a dialog comes out too low for the last lines below it."""
        layout = self.layout()
        if layout is not None:
            width = max(self.minimumWidth(), layout.minimumSize().width())
            self.setMinimumSize(width, layout.totalHeightForWidth(width))

    def problem(self) -> str:
        """Who read it out has to be known."""
        return "" if self.with_whom.text().strip() else _("请写和谁核对的")

    def reason(self) -> str:
        """For the log."""
        return _("和{who}核对过指纹").format(who=self.with_whom.text().strip())


def lines(fingerprint: str) -> str:
    """Groups of four, four groups a line."""
    groups = fingerprint.split()
    return "\n".join(_portions(groups))


def _portions(groups: list[str]) -> Iterable[str]:
    for start in range(0, len(groups), _GROUPS_A_LINE):
        yield "  ".join(groups[start : start + _GROUPS_A_LINE])
