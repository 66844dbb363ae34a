"""Which installed font stands for which kind of type: the names written into a document.

Only names are written, never a font file: the faces are licensed and each PC brings its own.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from generators.document import Face

#: Latin letters and digits; custom, not in the standard.
LATIN: Final = "Times New Roman"


@dataclass(frozen=True, slots=True)
class FontProfile:
    """The fonts of one kind of PC.

    Attributes:
        name: how settings and the command line call it.
        title: 小标宋.
        fangsong: 仿宋.
        kai: 楷体.
        hei: 黑体.
        song: 宋体.
        narrow: 仿宋 and 楷体 hold only the 6,763 characters of GB 2312; words with others, such as 玥 or 堃 in a
            name, are set whole in the fonts of `WINDOWS`.
    """

    name: str
    title: str
    fangsong: str
    kai: str
    hei: str
    song: str
    narrow: bool = False

    def font(self, face: Face) -> str:
        """Return the installed font's name."""
        return _by_face(self)[face]

    def font_for(self, face: Face, text: str) -> str:
        """Return the font that holds every character of this text."""
        if self.narrow and face in _NARROW and not _in_gb2312(text):
            return WINDOWS.font(face)
        return self.font(face)


@cache
def _by_face(profile: FontProfile) -> dict[Face, str]:
    return {
        Face.TITLE: profile.title,
        Face.FANGSONG: profile.fangsong,
        Face.KAI: profile.kai,
        Face.HEI: profile.hei,
        Face.SONG: profile.song,
    }


#: Fonts of Windows 7 and later; 小标宋 is bought from Founder.
WINDOWS: Final = FontProfile("windows", "方正小标宋简体", "仿宋", "楷体", "黑体", "宋体")

#: Fonts many offices still ask for by name.
GB2312: Final = FontProfile(
    "gb2312", "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", narrow=True
)

#: Profiles by the name used in settings.
PROFILES: Final = {profile.name: profile for profile in (WINDOWS, GB2312)}

#: Names by which the same face is known elsewhere, for programs that look for a substitute.
ALIASES: Final = {
    "仿宋": "FangSong",
    "楷体": "KaiTi",
    "黑体": "SimHei",
    "宋体": "SimSun",
    "方正小标宋简体": "FZXiaoBiaoSong-B05S",
    "仿宋_GB2312": "FangSong_GB2312",
    "楷体_GB2312": "KaiTi_GB2312",
}

_NARROW: Final = frozenset({Face.FANGSONG, Face.KAI})


def _in_gb2312(text: str) -> bool:
    """Tell whether all Chinese characters of the text are in GB 2312; signs and letters do not count."""
    if _encodes(text):
        return True
    return _encodes("".join(sign for sign in text if sign >= "\u2e80" and sign.isalpha()))


def _encodes(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
