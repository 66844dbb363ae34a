import pytest

from generators import gbt9704 as gb
from generators.document import Face, Layout, Role
from generators.fonts import ALIASES, GB2312, PROFILES, WINDOWS, FontProfile
from generators.looks import gap_lines, looks, mark_size_pt
from generators.sheet import sheet


def test_every_figure_has_a_name_and_what_the_standard_leaves_open_says_so() -> None:
    figures = gb.figures()
    assert len({figure.name for figure in figures}) == len(figures) > 40
    own = {gb.Strength.PRACTICE, gb.Strength.DERIVED}
    assert all(figure.clause for figure in figures if figure.strength not in own)


def test_sheet_and_margins_leave_the_type_area() -> None:
    assert gb.PAPER_WIDTH.value - gb.BINDING.value - gb.OUTER.value == gb.TYPE_WIDTH.value
    assert gb.PAPER_HEIGHT.value - gb.TOP.value - gb.BOTTOM.value == gb.TYPE_HEIGHT.value
    assert sheet(Layout.OFFICIAL).text_width_mm == gb.TYPE_WIDTH.value
    assert sheet(Layout.OFFICIAL).text_height_mm == gb.TYPE_HEIGHT.value


def test_the_pitch_is_the_largest_that_holds_22_lines() -> None:
    room, twip = gb.TYPE_HEIGHT.pt, 0.05
    assert gb.LINES.value * gb.LINE_PITCH.pt <= room < gb.LINES.value * (gb.LINE_PITCH.pt + twip)


def test_the_tracking_holds_28_characters_and_not_29() -> None:
    character = gb.SIZE_3.pt + gb.TRACKING.pt
    assert gb.CHARACTERS.value * character <= gb.TYPE_WIDTH.pt < (gb.CHARACTERS.value + 1) * character
    assert gb.CHARACTERS.value * gb.SIZE_3.pt > gb.TYPE_WIDTH.pt


def test_the_foot_puts_the_dash_seven_millimetres_below_the_type_area() -> None:
    top = gb.BOTTOM.pt - gb.FOOT.pt - gb.PAGE_PITCH.pt - gb.ORIGIN_PITCH.pt
    dash = top + gb.PAGE_PITCH.pt * gb.BASELINE.value - gb.SIZE_4.pt * gb.DASH_HEIGHT.value
    assert dash == pytest.approx(gb.PAGE_DROP.pt)
    assert gb.FOOT.value > 10


@pytest.mark.parametrize("layout", Layout)
def test_every_role_has_a_look_on_every_layout(layout: Layout) -> None:
    assert set(looks(layout)) == set(Role)


def test_nothing_on_a_form_has_a_fixed_pitch() -> None:
    assert not any(look.pitch_pt for look in looks(Layout.FORM).values())


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_face_has_a_font_with_another_name(profile: FontProfile) -> None:
    assert all(profile.font(face) in ALIASES for face in Face)


def test_the_old_profile_gives_rare_characters_a_larger_font() -> None:
    assert GB2312.font_for(Face.FANGSONG, "王小雨·（1）") == "仿宋_GB2312"
    for name in ("玥", "祎", "旻", "垚", "喆", "堃", "镕", "昇", "𠮷", "㛃"):
        assert GB2312.font_for(Face.FANGSONG, f"王{name}") == "仿宋"
    assert WINDOWS.font_for(Face.FANGSONG, "王玥") == "仿宋"


@pytest.mark.parametrize(
    ("above", "role", "lines"),
    [
        (Role.MARK, Role.NUMBER, 2),
        (Role.RED_RULE, Role.TITLE, 2),
        (Role.TITLE, Role.TITLE, 0),
        (Role.TITLE, Role.ADDRESSEE, 1),
        (Role.TITLE, Role.BODY, 1),
        (Role.ADDRESSEE, Role.BODY, 0),
        (Role.BODY, Role.ATTACHMENT_NOTE, 1),
        (Role.ATTACHMENT_NOTE, Role.ATTACHMENT_NOTE, 0),
        (Role.BODY, Role.SIGNER, 2),
        (Role.SIGNER, Role.DATE, 0),
        (Role.ATTACHMENT_LABEL, Role.TITLE, 1),
        (None, Role.TITLE, 0),
        (None, Role.SIGNER, 0),
    ],
)
def test_blank_lines_between_the_parts(above: Role | None, role: Role, lines: float) -> None:
    assert gap_lines(above, role) == lines


def test_a_mark_fills_one_line_and_never_grows_beyond_measure() -> None:
    assert mark_size_pt(4) == gb.MARK_LARGEST.pt
    assert mark_size_pt(40) == gb.MARK_SMALLEST.pt
    assert all(mark_size_pt(width) * width < gb.TYPE_WIDTH.pt for width in range(1, 19))
