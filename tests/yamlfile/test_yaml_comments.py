"""Comments are hung on the same entries whichever way they are looked for."""

from pathlib import Path

import pytest

from guanai.yamlfile import comments
from guanai.yamlfile.comments import Document, parse
from guanai.yamlfile.nodes import compose

_RECORDS = Path(__file__).resolve().parents[2] / "records" / "students"


@pytest.mark.parametrize(
    "text",
    [
        "# modeline\n# yaml-language-server: x\n\n# 人\n编号: A\n过程记录:\n  - 内容: 一\n",
        "编号: A\n",
        "\n\n编号: A\n备注: |\n  一\n\n  二\n",
        "# 一\n编号: A # 二\n",
        "# 一\n编号: A\n\n姓名: 某\n",
        "# 一\n编号: A\n姓名: '#1'\n# 三\n",
        "---\n编号: A\n",
        "# 一\n{编号: A}\n",
        "# 一\n- 甲\n- 乙\n",
        "# 一\n? 编号\n: A\n",
        "  编号: A\n  姓名: 某\n",
    ],
)
def test_the_short_way_over_the_comments_gives_what_the_long_way_gives(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = parse(text)
    monkeypatch.setattr(comments, "_has_only_head", lambda *_: False)
    assert short == parse(text)


def test_the_short_way_is_the_one_of_the_sample_s_records(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [file.read_text("utf-8") for file in sorted(_RECORDS.rglob("*.yml"))]
    short = [parse(text) for text in texts]
    taken = sum(comments._has_only_head(Document(compose(text)), text) for text in texts)
    assert taken > len(texts) / 2
    monkeypatch.setattr(comments, "_has_only_head", lambda *_: False)
    assert short == [parse(text) for text in texts]
