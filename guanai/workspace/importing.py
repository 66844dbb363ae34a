"""Takes a workbook in: shows what would change, says which rows cannot be read, saves the rest in one commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from guanai.access import child_of, redact
from guanai.errors import GuanaiError, Invalid, Unsaid
from guanai.paths import kind_of
from guanai.saving import Edit, Outcome, Request
from guanai.saving.request import STRANGE_NAME
from guanai.saving.trial import Rehearsal
from guanai.sheets.children import Children, plain_name
from guanai.sheets.classes import Classes
from guanai.sheets.faulty import faulty_workbook
from guanai.sheets.headers import guess_kind, lay_out, lists_children, names_a_place, plain_header
from guanai.sheets.kinds import KINDS, UNWANTED, Kind, kind_named
from guanai.sheets.ledger import Ledger, ledger_of
from guanai.sheets.ledger_in import LedgerReader
from guanai.sheets.proposals import Fault, Proposal
from guanai.sheets.reader import Grid, read_workbook
from guanai.sheets.rows import RowReader
from guanai.sheets.wishes import Desk, Wishes
from guanai.store.note import Reason
from guanai.workspace import versions
from guanai.workspace.editions import Edition
from guanai.workspace.facade import Workspace
from guanai.workspace.mappings import Mappings
from guanai.workspace.sifting import by_record, sifted
from guanai.yamlfile import load


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone asks of an import.

    Attributes:
        staff: who imports.
        on: today.
        kind: the kind of sheet, "" to guess it.
        sheet: name of the sheet, "" for the first that can be read.
        mapping: columns named by hand: header → key.
        given: cells that hold for all rows, by key.
    """

    staff: str
    on: date
    kind: str = ""
    sheet: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Attributes:
        kind: what the sheet was taken for.
        sheet: its name.
        rows: how many rows it has.
        proposals: what rows would change, in their order.
        same: how many rows change nothing.
        faults: what cannot be taken, by row and column.
        questions: what is asked before it is saved.
        unknown: headers of columns that nobody has mapped.
        edits: one for each record.
        grid: the sheet.
        header: number of its row of headers.
        facts: of a ledger what its hidden sheet tells.
        other_sheets: names of the sheets that list children, too, and were not read.
    """

    kind: str
    sheet: str
    rows: int
    proposals: tuple[Proposal, ...]
    same: int
    faults: tuple[Fault, ...]
    questions: tuple[str, ...]
    unknown: tuple[str, ...]
    edits: tuple[Edit, ...]
    grid: Grid
    header: int
    facts: tuple[tuple[str, str], ...] = ()
    other_sheets: tuple[str, ...] = ()

    def faulty(self) -> bytes:
        """Return a workbook of the rows that were not taken, each with the reason."""
        return faulty_workbook(self.grid, self.header, self.faults, self.facts)


#: Told how many rows were looked at, and how many there are.
Watch = Callable[[int, int], None]


def _unwatched(done: int, total: int) -> None:
    """Tell nobody."""


class Unmapped(Unsaid):
    """Columns that nobody has said anything about: they would be lost."""

    def __init__(self, headers: Sequence[str]) -> None:
        first = headers[0]
        kept = "（写明第几列的不记住，每次都要写）" if any(map(names_a_place, headers)) else ""
        super().__init__(
            f"这些列还不知道是什么，没有保存：{'、'.join(headers)}。",
            f"请逐一说明一次，以后会记住{kept}：--map {quoted(f'{first}=栏目')}；不要的写 --map {quoted(f'{first}={UNWANTED}')}。",
        )


def quoted(word: str) -> str:
    """Return a word as the command line takes it: in quotes where it has a blank."""
    return f'"{word}"' if any(sign.isspace() for sign in word) else word


class UnknownSheet(Unsaid):
    """The workbook has no sheet of that name."""

    def __init__(self, name: str, there: Sequence[str]) -> None:
        super().__init__(
            f"表格里没有叫“{name}”的工作表；有这些：{'、'.join(there)}。",
            "请用 --sheet 写明其中一张，一字不差。",
        )


class Importer:
    """Plans and saves imports of one workspace."""

    def __init__(self, workspace: Workspace, wanted: Wanted) -> None:
        """``wanted``: who, what and how."""
        self._workspace = workspace
        self._wanted = wanted
        self._edition: Edition = workspace.edition(staff=wanted.staff, on=wanted.on)
        self._mappings = Mappings(workspace.root)

    def plan(self, raw: bytes, *, now: datetime, watch: Watch = _unwatched) -> Plan:
        """Return what the import of a workbook would do; nothing is saved.

        Args:
            raw: the workbook.
            now: the instant.
            watch: told how many rows were looked at, and how many there are.

        Raises:
            HarmfulWorkbook, TooLarge: the file is not opened.
            UnknownSheet, NoHeaders, MissingColumns, UnknownTarget, UnknownSheetKind: it cannot be read as a list of children.
            UnknownStaff: nobody has that staff id.
        """
        grids = read_workbook(raw)
        ledger = ledger_of(grids, self._workspace.schemas.record("student"))
        if ledger is not None and self._wanted.sheet in ("", ledger.grid.title):
            made = self._planned_ledger(ledger, now, watch)
            return replace(made, other_sheets=self._unread(grids, ledger.grid))
        grid, kind = self._chosen(grids)
        layout = lay_out(kind, grid, self._said[kind.name], tuple(self._wanted.given))
        rows = RowReader(layout, self._shape(kind), self._classes, self._given(kind)).rows()
        wishes = Wishes(layout, self._desk(kind))
        proposals = tuple(wishes.proposals(rows))
        plan = Plan(
            kind.name, grid.title, len(layout.lines), proposals, 0, tuple(wishes.faults), layout.questions,
            tuple(layout.unknown.values()), (), layout.grid, layout.header.number, (), self._unread(grids, grid),
        )  # fmt: skip
        return self._tried(plan, now, watch)

    def remember(self, plan: Plan) -> None:
        """Keep the columns that were named by hand for the next sheet of this kind."""
        if self._wanted.mapping:
            self._mappings.keep(plan.kind, self._wanted.mapping)

    def save(self, plan: Plan, *, now: datetime) -> Outcome | None:
        """Save what a plan would do in one commit; None where nothing would change.

        Raises:
            Unmapped: a column has not been spoken of.
            NotPermitted, Faulty and what else a save raises: the records have changed since the plan was made.
        """
        if plan.unknown:
            raise Unmapped(plan.unknown)
        self.remember(plan)
        if not plan.edits:
            return None
        return self._workspace.save(replace(self._request(now), edits=plan.edits, is_confirmed=True))

    def _request(self, now: datetime) -> Request:
        return Request(self._wanted.staff, Reason.IMPORT, (), now, on=self._wanted.on)

    def _chosen(self, grids: tuple[Grid, ...]) -> tuple[Grid, Kind]:
        shown = [grid for grid in grids if not grid.is_hidden and grid.lines]
        if not shown:
            raise Invalid("表格里没有可读的工作表：每一张都是空的，或者隐藏了；请核对文件。")
        if self._wanted.sheet:
            names = [grid.title for grid in shown]
            shown = [grid for grid in shown if grid.title == self._wanted.sheet]
            if not shown:
                raise UnknownSheet(self._wanted.sheet, names)
        if self._wanted.kind:
            return shown[0], kind_named(self._wanted.kind)
        given = tuple(self._wanted.given)
        for said, held in ((self._said, given), ({}, ())):  # where what was said fits none, it is told why
            for grid in shown:
                kind = guess_kind(grid, said, held)
                if kind is not None:
                    return grid, kind
        raise Unsaid("看不出这是什么表。", f"请用 --kind 写明：{'、'.join(KINDS)}。")

    def _unread(self, grids: tuple[Grid, ...], chosen: Grid) -> tuple[str, ...]:
        return tuple(
            grid.title
            for grid in grids
            if grid is not chosen and not grid.is_hidden and lists_children(grid, self._said)
        )

    @cached_property
    def _said(self) -> dict[str, dict[str, str]]:
        """What is known of headers by kind of sheet: said now, or before."""
        now = {plain_header(head): key for head, key in self._wanted.mapping.items()}
        return {kind: self._mappings.of(kind) | now for kind in KINDS}

    def _given(self, kind: Kind) -> dict[str, str]:
        for key in self._wanted.given:
            if key not in kind.columns:
                raise Invalid(f"“{kind.name}”里没有“{key}”这一栏，不能用 --with 给它内容。")
        return dict(self._wanted.given)

    def _shape(self, kind: Kind) -> Any:
        return self._workspace.schemas.record("attendance" if kind.name == "考勤" else "student")

    @cached_property
    def _classes(self) -> Classes:
        school = self._workspace.snapshot.school
        names = {each.id: each.name for each in school.classes if each.name}
        return Classes(
            [each.id for each in school.classes], self._wanted.on, school.system or "六三制", names
        )

    @cached_property
    def _children(self) -> Children:
        return Children.of(self._views())

    def _views(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        snapshot = self._workspace.snapshot
        for child in snapshot.ids("student"):
            try:
                view = self._edition.record("student", child)
                class_id = child_of(snapshot.mapping("student", child), self._wanted.on).class_id
            except GuanaiError:
                continue  # out of this person's sight, or faulty: a row cannot speak of it
            yield child, class_id, view

    def _desk(self, kind: Kind) -> Desk:
        people: dict[str, tuple[str, ...]] = {}
        for person in self._workspace.snapshot.staff.values():
            people[person.name] = (*people.get(person.name, ()), person.id)
        return Desk(
            on=self._wanted.on,
            staff=self._wanted.staff,
            shape=self._shape(kind),
            children=self._children,
            people={plain_name(name): ids for name, ids in people.items()},
            attendance=self._month,
        )

    def _month(self, term: str, class_id: str, month: str) -> tuple[str, Mapping[str, Any] | None]:
        path = f"records/attendance/{term}/{class_id}/{month}.yml"
        if kind_of(path) is None or path not in self._month_paths:
            return path, None
        return path, self._edition.record("attendance", path)

    @cached_property
    def _month_paths(self) -> frozenset[str]:
        snapshot = self._workspace.snapshot
        return frozenset(snapshot.path("attendance", each) for each in snapshot.ids("attendance"))

    def _planned_ledger(self, ledger: Ledger, now: datetime, watch: Watch) -> Plan:
        reader = LedgerReader(ledger, self._workspace.schemas.record("student"), self._wanted.staff)
        proposals = tuple(
            replace(each, base=self._unsealed(each.base)) for each in reader.proposals(self._version_view)
        )
        plan = Plan(
            ledger.title, ledger.grid.title, len(ledger.lines), proposals, 0, tuple(reader.faults), (),
            (), (), ledger.grid, ledger.header.number, ledger.facts,
        )  # fmt: skip
        return self._tried(plan, now, watch)

    def _version_view(self, child: str, version: str) -> Mapping[str, Any] | None:
        """Return a child's record as it was when a ledger was printed, as the importer may see it; None for unknown."""
        snapshot = self._workspace.snapshot
        try:
            now = self._edition.record("student", child)
            path = snapshot.path("student", child)
        except GuanaiError:
            return None
        version = self._unsealed(version)
        if not version or version == self._workspace.version(child):
            return now
        repository, _ = self._workspace.store.pair.home(path)
        try:
            data = load(repository.read(version), path).data
        except GuanaiError:
            return None
        if not isinstance(data, dict) or data.get("编号") != child:
            return None
        labels = self._edition.decision("student", child).labels
        return redact(self._workspace.schemas.record("student"), data, labels, reader=self._wanted.staff)

    def _unsealed(self, version: str) -> str:
        return versions.unsealed(self._workspace.secret, versions.SHEETS, version)

    def _tried(self, plan: Plan, now: datetime, watch: Watch) -> Plan:
        """Return the plan with all that saving it would say, row by row."""
        rehearsal = Rehearsal(self._workspace.store, self._workspace.schemas, self._request(now))
        try:
            faults, edits, questions, taken = [*plan.faults], [], [*plan.questions], set()
            done, total = 0, len(plan.proposals)
            watch(done, total)
            for group in by_record(plan.proposals):
                edit, outcome, told = sifted(group, rehearsal)
                done += len(group)
                watch(done, total)
                faults += told
                if outcome is not None and edit is not None:
                    fine = [each for each in group if each.line not in {fault.line for fault in told}]
                    taken |= {each.line for each in fine}
                    questions += [each.question for each in fine if each.question]
                    # A preview is counted nowhere: a sheet full of names would tell which are pupils'.
                    questions += [each.sentence for each in outcome.questions if each.code != STRANGE_NAME]
                    edits += [edit] if outcome.is_changed else []
        finally:
            rehearsal.close()
        fine = [each for each in plan.proposals if each.line in taken and each.changes]
        bad = {fault.line for fault in faults}
        return replace(
            plan,
            proposals=tuple(fine),
            same=plan.rows - len(bad) - len({each.line for each in fine}),
            faults=tuple(sorted(set(faults))),
            questions=tuple(dict.fromkeys(questions)),
            edits=tuple(edits),
        )
