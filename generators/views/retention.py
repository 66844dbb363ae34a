"""控辍保学月报 and 控辍保学台账: the figures of a month, and each child that left or nearly did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.views import child as of
from generators.views.gathered import SCHOOL, Gathered, place_of
from generators.views.indicators import Figure, cut, figure, of_children
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from generators.wording import short_date
from guanai.model.base import Record, key
from guanai.model.student import Enrolment, Student
from guanai.model.trail import Persuasion
from guanai.rules.clock import day_of
from guanai.rules.enrolment import AWAY, ON_ROLL, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Record):
    """Who came to and left a grade in a month."""

    grade: str = key("年级", "")
    at_start: int = key("期初在籍", 0)
    now: int = key("当月在籍", 0)
    came: int = key("转入", 0)
    left: int = key("转出", 0)
    unconfirmed: int | None = key("去向未核实")
    suspended: int = key("休学", 0)
    resumed: int = key("复学", 0)
    suspected: int = key("疑似辍学", 0)
    dropped: int = key("辍学", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running(Record):
    """A persuasion that is open, or was closed in the month."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    triggered_on: date | None = key("触发日期")
    trigger: str | None = key("原因")
    visits: str | None = key("劝返经过")
    stage: str = key("进展", "")
    following: str | None = key("下一步")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyReport(ViewRecord):
    """The report of a month."""

    verdict: str = key("结论", "")
    figures: tuple[Figure, ...] = key("指标", ())
    flows: tuple[Flow, ...] = key("各年级", ())
    cases: tuple[Running, ...] = key("劝返", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    """One child's line of the ledger."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    sex: str = key("性别", "")
    number: str | None = key("学籍号")
    residence: str | None = key("户籍地")
    guardian: str | None = key("监护人")
    phone: str | None = key("电话")
    address: str | None = key("住址")
    circumstances: str | None = key("情形")
    status: str = key("学籍状态", "")
    absent_since: date | None = key("离校日期")
    destination: str | None = key("去向")
    cause: str | None = key("原因")
    helpers: tuple[str, ...] = key("包联教师", ())
    visits: str | None = key("劝返情况")
    returned_on: date | None = key("复学日期")
    closed_on: date | None = key("销号日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionLedger(ViewRecord):
    """The ledger of a term."""

    verdict: str = key("结论", "")
    accounts: tuple[Account, ...] = key("台账", ())


def _monthly(gathered: Gathered, unit: str, period: Period) -> MonthlyReport:
    until = period.until(gathered.on)
    begins = gathered.term_begins(until)
    cases = tuple(
        line
        for child in gathered.ever(classes_of(unit, gathered), begins, until)
        for line in _running(gathered, child, period, until)
    )
    units = gathered.grades if unit == SCHOOL else (unit,)
    return MonthlyReport(
        **frame(unit, period, gathered),
        verdict=f"本月启动和在办的劝返 {len(cases)} 人次。"
        if cases
        else "零报告：本月没有启动或在办的劝返。",
        figures=tuple(map(figure, of_children(gathered, period.begins, until, unit, see=cut(gathered)))),
        flows=tuple(_flow(gathered, grade, period, until) for grade in units),
        cases=cases,
    )


def _flow(gathered: Gathered, grade: str, period: Period, until: date) -> Flow:
    begins = gathered.term_begins(until)
    class_ids = classes_of(grade, gathered)
    here = gathered.members(class_ids, until)
    children = gathered.ever(class_ids, begins, until)
    stays = [
        stay
        for child in children
        for stay in child.enrolments
        if stay.since and period.begins <= stay.since <= until and stay.class_id in class_ids
    ]
    left = [stay for stay in stays if stay.status == Status.TRANSFERRED_OUT]
    is_veiled = any("destination_check" in stay.hidden for stay in left)
    now = [place.status for child in here if (place := place_of(child, until))]
    return Flow(
        hidden=frozenset({"unconfirmed"}) if is_veiled else frozenset(),
        grade=grade,
        at_start=len(gathered.members(class_ids, begins)),
        now=len(here),
        came=_count(stays, Status.TRANSFERRED_IN),
        left=len(left),
        unconfirmed=sum(stay.destination_check != "已核实" for stay in left),
        suspended=now.count(Status.SUSPENDED),
        resumed=_count(stays, Status.RESUMED),
        suspected=now.count(Status.SUSPECTED_DROPOUT),
        dropped=now.count(Status.DROPPED_OUT),
    )


def _count(stays: Iterable[Enrolment], status: Status) -> int:
    return sum(stay.status == status for stay in stays)


def _running(gathered: Gathered, child: Student, period: Period, until: date) -> Iterable[Running]:
    cases = {case.id: case for case in child.persuasions}
    for each in gathered.accounts(child, until):
        case = cases.get(each.case) if each.case else None
        if case is None or (case.closed_on is not None and case.closed_on < period.begins):
            continue
        task = each.next_task(gathered.now(until))
        kept = f"（已稳定 {each.tracking.days} 个上课日）" if each.tracking and not case.closed_on else ""
        yield Running(
            class_id=of.class_of(child, until),
            student=child.id,
            triggered_on=case.triggered_on,
            trigger=case.trigger or None,
            visits=_visits(case, until) or None,
            stage=f"{each.stage}{kept}",
            following=f"{task.rule.level}劝返" if task else None,
        )


def _visits(case: Persuasion, until: date) -> str:
    """Return the visits in order: ``一级 2026-10-12 承诺返校``, each on a line."""
    return "\n".join(
        f"{step.level} {short_date(day_of(step.at))} {step.outcome}".strip()
        for step in case.steps
        if step.at is not None and day_of(step.at) <= until
    )


def _ledger(gathered: Gathered, unit: str, period: Period) -> RetentionLedger:
    until = period.until(gathered.on)
    accounts = tuple(
        account
        for child in gathered.ever(classes_of(unit, gathered), period.begins, until)
        for account in _accounts(child, period, until)
    )
    closed = sum(each.closed_on is not None for each in accounts)
    verdict = f"在册 {len(accounts)} 人次，其中已销号 {closed} 人次。" if accounts else "没有要登记的学生。"
    return RetentionLedger(**frame(unit, period, gathered), verdict=verdict, accounts=accounts)


def _accounts(child: Student, period: Period, until: date) -> Iterable[Account]:
    """Yield a line for each persuasion of the term, and one for a child that is away without any."""
    place = place_of(child, until)
    cases = [
        case
        for case in child.persuasions
        if case.triggered_on
        and case.triggered_on <= until
        and (case.closed_on is None or case.closed_on >= period.begins)
    ]
    away = place is not None and place.status in AWAY
    unsure = (
        place is not None
        and place.status not in ON_ROLL
        and place.status == Status.TRANSFERRED_OUT
        and place.destination_check != "已核实"
        and "destination_check" not in place.hidden
    )
    for case in cases:
        yield _account(child, case, place, until)
    if not cases and (away or unsure):
        yield _account(child, None, place, until)


def _account(child: Student, case: Persuasion | None, place: Enrolment | None, until: date) -> Account:
    who = of.guardian(child)
    veiled = of.veiled(
        child,
        number="enrolment_number",
        residence="registered_residence",
        guardian="family",
        phone="family",
        address="family",
        circumstances="circumstances",
        helpers="supporters",
    )
    stay = place or Enrolment()
    own = {name for name in ("destination", "cause") if name in stay.hidden}
    left = stay.since if stay.status in AWAY | {Status.TRANSFERRED_OUT} else None
    return Account(
        hidden=frozenset({*veiled, *own}),
        class_id=stay.class_id,
        student=child.id,
        sex=child.sex,
        number=child.enrolment_number,
        residence=child.registered_residence,
        guardian=of.named(who) if who else None,
        phone=who.phone if who else None,
        address=child.family.address if child.family else None,
        circumstances=of.words(child, until) or None,
        status=stay.status,
        absent_since=(case.absent_since or case.triggered_on) if case else left,
        destination=stay.destination,
        cause=(case.trigger if case else None) or stay.cause,
        helpers=of.helpers(child, until),
        visits=_visits(case, until) or None if case else None,
        returned_on=case.returned_on if case and case.returned_on and case.returned_on <= until else None,
        closed_on=case.closed_on if case and case.closed_on and case.closed_on <= until else None,
    )


MONTHLY: Final = View(
    "retention-monthly",
    "控辍保学月报",
    "控辍保学月报",
    (Unit.SCHOOL, Unit.GRADE),
    Length.MONTH,
    MonthlyReport,
    _monthly,
)
LEDGER: Final = View(
    "retention-ledger",
    "控辍保学台账",
    "控辍保学台账",
    (Unit.SCHOOL, Unit.GRADE),
    Length.TERM,
    RetentionLedger,
    _ledger,
)
