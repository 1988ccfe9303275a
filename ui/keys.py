"""The page of keys (F1)."""

from PySide6.QtWidgets import QDialog, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from services.words import _


def show(parent: QWidget) -> None:
    """Show what the keys do."""
    KeysDialog(parent).exec()


class KeysDialog(QDialog):
    """One line a key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """List the keys of the window."""
        super().__init__(parent)
        self.setWindowTitle(_("按键"))
        form = QFormLayout()
        for key, meaning in _lines():
            name = QLabel(key)
            name.setProperty("role", "hint")
            form.addRow(name, QLabel(meaning))
        leave = QPushButton(_("知道了"))
        leave.setDefault(True)
        leave.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.addLayout(form)
        layout.addWidget(leave)


def _lines() -> tuple[tuple[str, str], ...]:
    return (
        ("Alt+1 … 8", _("换标签页")),
        ("Ctrl+N", _("新建一条")),
        ("Ctrl+K", _("在全部内容中查找")),
        ("Ctrl+F", _("在清单中查找")),
        ("Ctrl+G", _("查找单位")),
        ("Ctrl+B", _("收起或展开单位")),
        ("Ctrl+Z · Ctrl+Y", _("撤销、重做；栏内没有可撤的，就撤上一次保存")),
        ("F2 · F8", _("新谈话、结束谈话")),
        ("F5 · F6 · F7", _("谈话中：写时间、标记本句、常用语")),
        ("F9 · F11", _("遮屏、全屏")),
        ("F4", _("记一条线索：单位、承办人、证据取自正在看的")),
        ("Alt+←", _("回到刚才那条（点来源跳走之后）")),
        ("Ctrl+M", _("意见：把选中的几条归并成一条")),
        ("Ctrl+Enter", _("问题：办下一步；谈话：本句成意见；信访：存并登下一件")),
        ("Ctrl+H", _("这一条的历史")),
        ("Alt+Enter", _("这一栏为什么是这个值")),
        ("Enter", _("打开；在检查表里到下一题")),
        ("PgDn · PgUp", _("检查表的下一部分、上一部分；文书的下一页、上一页")),
        ("Ctrl+= · Ctrl+-", _("文书放大、缩小")),
        ("Ctrl+R", _("数据交换：接收所有新的包并回写")),
        ("F10 · Ctrl+I · Alt+↑↓", _("简报：预览、插入事例、移动一段")),
        ("Ctrl+S", _("不用按：离开一栏就已保存")),
        ("Esc", _("回到清单")),
    )
