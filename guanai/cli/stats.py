"""``guanai stats``."""

from collections.abc import Sequence
from datetime import date

import click

from generators.context import Context
from guanai.cli.columns import padded
from guanai.cli.looking import context_of, look
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option
from guanai.errors import Forbidden
from guanai.rules.indicators import Indicator
from guanai.rules.suppression import TOTAL, Published, PublishedTable
from guanai.rules.tally import Tally
from guanai.workspace.facade import Workspace
from guanai.workspace.watch.statistics import (
    SCHOOL,
    WITHIN_REACH,
    Attendance,
    PublicStatistics,
    Statistics,
    public_statistics,
    statistics,
)
from guanai.workspace.watch.vigil import View


class NothingToCount(Forbidden):
    """The person's posts open no figures."""

    def __init__(self, staff: str) -> None:
        super().__init__(f"{staff} 今天的任职看不到学生数据和汇总；可以公布的数字用 --public 看。")


@click.command(
    "stats",
    cls=Command,
    help="指标：巩固率、新增辍学、劝返、各类人数及变化、事项完成率，写明算法和名单；--public 为可以公布的版本。",
)
@click.option("--public", is_flag=True, help="只列可以公布的数字，少于 5 人的不列。")
@as_option
@on_option
@json_option
@click.pass_context
def command(ctx: click.Context, public: bool, staff: str, on: date, as_json: bool) -> None:
    """Print the indicators."""
    workspace, view = look(ctx, staff, on)
    is_blind = view.sight is not None and not view.facts.children
    if is_blind and not public:
        if not (view.sight and view.sight.sees_aggregates):
            raise NothingToCount(staff)
        public = True
    if public:
        _tell_public(workspace, on, as_json=as_json)
    else:
        found = statistics(view)
        if as_json:
            echo_json(_as_json(found))
        else:
            _print(view, found)


def _tell_public(workspace: Workspace, on: date, *, as_json: bool) -> None:
    view = workspace.vigil.look(on=on)
    found = public_statistics(view)
    if as_json:
        echo_json(_public_json(found))
    else:
        _print_public(context_of(view), found, on)


def _as_json(found: Statistics) -> dict[str, object]:
    return {
        "term": found.term.id,
        "indicators": [
            {
                "name": each.name,
                "scope": each.scope,
                "value": each.value,
                "change": each.change,
                "formula": each.formula,
                "numerator": list(each.numerator),
                "denominator": None if each.denominator is None else list(each.denominator),
            }
            for each in found.indicators
        ],
        "attendance": [
            {
                "subject": each.subject,
                "since": each.since.isoformat(),
                "until": each.until.isoformat(),
                "rate": each.tally.rate,
                "late": each.tally.late,
                "left_early": each.tally.left_early,
                "absent_days": each.tally.absent_days,
                "leave_days": each.tally.leave_days,
            }
            for each in found.attendance
        ],
    }


def _public_json(found: PublicStatistics) -> dict[str, object]:
    table = found.categories
    return {
        "term": found.term.id,
        "public": True,
        "indicators": [
            {
                "name": each.name,
                "scope": each.scope,
                "value": each.value,
                "count": each.count,
                "of": each.of,
                "change": each.change,
                "formula": each.formula,
                "note": each.note,
            }
            for each in found.indicators
        ],
        "categories": {
            "rows": list(table.rows),
            "columns": list(table.columns),
            "cells": [
                {"row": row, "column": column, "count": count} for (row, column), count in table.cells.items()
            ],
            "note": table.note,
        },
    }


def _print(view: View, found: Statistics) -> None:
    context = context_of(view)
    click.echo(f"{view.on}　学期 {found.term.id}")
    scope = ""
    for each in found.indicators:
        if each.scope != scope:
            scope = each.scope
            click.echo(f"\n{click.style(_scope(context, scope, view.on), bold=True)}")
        if each.is_sensitive and not each.numerator and not each.change:
            continue
        click.echo(f"  {padded(each.name, 34)}{_value(each)}")
    _print_attendance(context, found.attendance, view.on)
    click.echo("\n算法和名单见 --json。")


def _scope(context: Context, scope: str, on: date) -> str:
    if scope in (SCHOOL, WITHIN_REACH):
        return scope
    return context.class_name(scope, on) if "-" in scope else context.grade_name(scope, on)


def _value(each: Indicator) -> str:
    change = f"（比期初 {each.change:+d}）" if each.change else ""
    if each.denominator is None:
        return f"{len(each.numerator)}{change}"
    if each.value is None:
        return "—"
    return f"{each.value:.1%}　{len(each.numerator)}/{len(each.denominator)}"


def _print_attendance(context: Context, found: Sequence[Attendance], on: date) -> None:
    classes = [each for each in found if not each.subject.startswith("S")]
    if classes:
        click.echo(f"\n{click.style('出勤', bold=True)}")
    for each in classes:
        span = f"{each.since.month}月{each.since.day}日起"
        click.echo(
            f"  {padded(context.class_name(each.subject, on), 18)}{padded(span, 14)}{_tally(each.tally)}"
        )


def _tally(made: Tally) -> str:
    rate = f"出勤率 {made.rate:.2%}" if made.rate is not None else "没有核查"
    return f"{rate}　迟到 {made.late}　早退 {made.left_early}　无故缺勤 {made.absent_days} 天　请假 {made.leave_days} 天"


def _print_public(context: Context, found: PublicStatistics, on: date) -> None:
    click.echo(f"{on}　学期 {found.term.id}　可以公布的数字")
    for each in found.indicators:
        click.echo(f"  {padded(each.name, 34)}{_public_value(each)}")
    _print_table(context, found.categories, on)


def _public_value(each: Published) -> str:
    if each.count is None:
        return "不公布"
    return f"{each.value:.1%}" if each.of is not None and each.value is not None else str(each.count)


def _print_table(context: Context, table: PublishedTable, on: date) -> None:
    columns = (*table.columns, TOTAL)
    heads = [name if name == TOTAL else context.grade_name(name, on) for name in columns]
    click.echo(f"\n  {padded('', 26)}{''.join(padded(head, 10) for head in heads)}")
    for row in table.rows:
        cells = (table.cells[row, column] for column in columns)
        words = "".join(padded("—" if cell is None else str(cell), 10) for cell in cells)
        click.echo(f"  {padded(row, 26)}{words}")
    if table.note:
        click.echo(f"\n  — {table.note}")
