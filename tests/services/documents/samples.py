"""Reports for tests: a plain one, one without anything, one with far too much."""

from services.documents.frame import ExpectedSigner
from services.documents.inspection_data import (
    Category,
    Count,
    Demand,
    Evaluation,
    EvaluationRow,
    Group,
    Inspection,
    Problem,
    Ratio,
    SubKind,
    Work,
)

GROUPS = {
    "思想认识不到位": ("有顾虑的思想", "有怕的心理", "有看的想法", "有无关的心态"),
    "学习教育不扎实": (
        "缺乏系统性、计划性",
        "被动学的多，主动学的少",
        "没有抓住学习的重点",
        "学习没有入脑入心",
    ),
    "问题意见上不来": ("征集反映上来的意见少", "征求意见不聚焦", "征求意见存在形式主义"),
    "一把手没有真正负起责来": ("没有把自己真正摆进去", "第一责任人的责任没有担起来"),
    "活动氛围没起来": ("上面热下面冷", "群众热干部冷", "表面热实际冷"),
}
FACTS = (
    "4月15日查阅学习台账发现，该局学习计划只列到3月底，4月份以来没有安排集中学习；"
    "随机抽查8本学习笔记，有5本停在第一次集中学习"
)

EVALUATION = Evaluation(
    ("好", "较好", "一般", "差"),
    2,
    60,
    (
        EvaluationRow("班子总体", 120, 118, 115, (31, 36, 40, 8)),
        EvaluationRow("形式主义", 120, 118, 115, (40, 40, 30, 5)),
        EvaluationRow("官僚主义", 120, 118, 115, (41, 28, 40, 6)),
        EvaluationRow("享乐主义", 120, 118, 115, (60, 40, 15, 0)),
        EvaluationRow("奢靡之风", 120, 118, 115, (62, 41, 12, 0)),
    ),
    "第一轮",
    118,
    37,
    29,
)


def groups(count: int) -> tuple[Group, ...]:
    """The five groups with that many problems spread over the sub-kinds."""
    names = [(group, sub_kind) for group, kinds in GROUPS.items() for sub_kind in kinds]
    spread: dict[str, list[Problem]] = {sub_kind: [] for _group, sub_kind in names}
    for serial in range(count):
        sub_kind = names[serial * 7 % len(names)][1]
        state = ("整改中", "待验收", "已销号")[serial % 3]
        title = f"第{serial + 1}次集中学习没有按计划进行"
        spread[sub_kind].append(Problem(title, FACTS, state, f"03-{serial + 1:03d}", "2014-05-30"))
    return tuple(
        Group(group, tuple(SubKind(kind, tuple(spread[kind])) for kind in kinds))
        for group, kinds in GROUPS.items()
    )


def plain(problems: int = 6, unit: str = "银川市教育局") -> Inspection:
    """A report as a group writes one."""
    return Inspection(
        unit=unit,
        addressee="市委党的群众路线教育实践活动领导小组办公室",
        group="市委第三督导组",
        issuer="银川市委第三督导组",
        campaign="银川市党的群众路线教育实践活动",
        period="2014年4月10日至5月6日",
        date="2014-05-07",
        number="银督三〔2014〕12号",
        label="内部资料 注意保存",
        work=Work((Count("明查", 3), Count("列席", 1), Count("查阅", 2)), 5, 23, 41, 2),
        heard=(
            Category("班子成员", 7),
            Category("中层干部", 9),
            Category("群众", 25),
            Category("服务对象", 3),
        ),
        groups=groups(problems),
        evaluations=(EVALUATION,),
        ratios=(
            Ratio("工作问题", "四风问题", 29, 9, 3),
            Ratio("班子问题", "个人问题", 33, 8),
            Ratio("抽象问题", "具体问题", 30, 11),
            Ratio("形式主义、官僚主义", "享乐主义、奢靡之风", 8, 1),
        ),
        opinions_total=41,
        demands=(
            Demand(
                "召开班子会议专题研究整改，逐条明确责任领导、责任部门、措施和时限", "2014-05-16"
            ),
            Demand("按规定“回炉”“补火”，重新发放征求意见表、开展补充谈话", "2014-05-30"),
            Demand("补学规定书目，由督导组抽查"),
        ),
        signers=(
            ExpectedSigner("leader", "组长", "赵明"),
            ExpectedSigner("member", "组员", "李堃"),
        ),
    )


def empty() -> Inspection:
    """A report with nothing found, nothing counted, nobody named."""
    return Inspection(
        unit="市供热公司",
        addressee="",
        group="第三督导组",
        issuer="第三督导组",
        campaign="教育实践活动",
        period="2014年5月",
        date="2014-05-07",
        signers=(ExpectedSigner("leader", "组长"), ExpectedSigner("member", "组员")),
    )
