"""The numbers of all charts for one state of the file, each counted when it is first wanted."""

from functools import cached_property

from services.stats.figures import approvals, four_ratios, problem_map, progress, received
from services.stats.shapes import (
    EVERYTHING,
    Approval,
    PairCount,
    Point,
    ProblemMap,
    Received,
    Scope,
)
from services.workspace import Workspace


class Counts:
    """What is drawn and what is listed beside it come from one count.

    It holds as long as nothing of the file changes and the day does not.
    """

    def __init__(self, workspace: Workspace, scope: Scope = EVERYTHING) -> None:
        """Count nothing yet."""
        self.workspace = workspace
        self.scope = scope

    @cached_property
    def problems(self) -> ProblemMap:
        """问题分布."""
        return problem_map(self.workspace, self.scope)

    @cached_property
    def ratios(self) -> tuple[PairCount, ...]:
        """四多四少."""
        return four_ratios(self.workspace, self.scope)

    @cached_property
    def approvals(self) -> tuple[Approval, ...]:
        """民主评议."""
        return approvals(self.workspace, self.scope)

    @cached_property
    def progress(self) -> tuple[Point, ...]:
        """问题进展."""
        return progress(self.workspace, self.scope)

    @cached_property
    def received(self) -> Received:
        """群众反映."""
        return received(self.workspace, self.scope)
