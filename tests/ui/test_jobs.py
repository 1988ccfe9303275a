"""Long work: its end reaches who waits for it, and nobody else."""

import threading
from functools import partial

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from services.core import Progress
from services.errors import Cancelled, Refused
from ui.jobs import Jobs


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    return Jobs()


def wait_for(gate: threading.Event, _progress: Progress) -> str:
    gate.wait(5)
    return "first"


def answer(text: str, progress: Progress) -> str:
    progress.step(1, 1)
    return text


def test_the_result_comes_back_on_the_windows_thread(qtbot: QtBot, jobs: Jobs) -> None:
    got: list[object] = []

    def take(result: str) -> None:
        got.extend([result, threading.current_thread() is threading.main_thread()])

    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.run("算", partial(answer, "好"), take)
    qtbot.waitUntil(lambda: bool(got))
    assert got == ["好", True]


def test_a_job_begun_after_cancelling_runs(qtbot: QtBot, jobs: Jobs) -> None:
    gate, got = threading.Event(), list[str]()
    jobs.run("长", partial(wait_for, gate), got.append)
    jobs.cancel()
    jobs.run("后来", partial(answer, "后来"), got.append)
    gate.set()
    qtbot.waitUntil(lambda: "后来" in got)


def test_what_a_closed_file_was_working_on_reaches_nobody(qtbot: QtBot, jobs: Jobs) -> None:
    gate, got = threading.Event(), list[str]()
    jobs.run("旧文件", partial(wait_for, gate), got.append)
    threading.Timer(0.05, gate.set).start()
    jobs.finish()
    jobs.run("新文件", partial(answer, "新"), got.append)
    qtbot.waitUntil(lambda: bool(got))
    qtbot.wait(50)
    assert got == ["新"]
    assert not jobs.running


def test_a_result_for_a_deleted_widget_is_dropped(qtbot: QtBot, jobs: Jobs) -> None:
    label = QLabel()
    bound = partial(label.setText)
    jobs.run("一", partial(answer, "x"), bound)
    label.deleteLater()
    with qtbot.captureExceptions() as faults:
        qtbot.waitUntil(lambda: not jobs.running)
    assert faults == []


def test_known_failures_go_to_the_caller_else_to_the_window(qtbot: QtBot, jobs: Jobs) -> None:
    def refuse(_progress: Progress) -> None:
        raise Refused("name_empty")

    def stop(_progress: Progress) -> None:
        raise Cancelled("cancelled")

    got: list[object] = []
    jobs.run("甲", refuse, got.append, lambda failure: got.append(failure.code))
    qtbot.waitUntil(lambda: got == ["name_empty"])
    with qtbot.waitSignal(jobs.failed) as told:
        jobs.run("乙", refuse, got.append)
    assert told.args[0].code == "name_empty"
    with qtbot.assertNotEmitted(jobs.failed, wait=100):
        jobs.run("丙", stop, got.append)
