"""The slips of people who type Chinese: each gets the line to mend and a hint in plain words."""

import pytest

from guanai.yamlfile import load

#: (what was typed, rule, line, words of the message)
SLIPS = [
    # full-width colon
    ("姓名：张三\n", "yaml.colon", 1, ["“姓名”", "全角冒号", "姓名: "]),
    ("姓名: 张三\n性别：女\n民族: 汉族\n", "yaml.colon", 2, ["“性别”", "全角冒号"]),
    ("姓名: 张三\n性别：女\n", "yaml.colon", 2, ["“性别”"]),
    ("家庭:\n  住址：某村\n", "yaml.colon", 2, ["“住址”"]),
    ("家庭:\n  住址：某村\n  电话: 1\n", "yaml.colon", 2, ["“住址”"]),
    ("家庭:\n  电话: 1\n  住址：某村\n", "yaml.colon", 3, ["“住址”"]),
    ("监护人:\n  - 编号: G-1\n    姓名：李\n    关系: 父\n", "yaml.colon", 3, ["“姓名”"]),
    ("监护人:\n  - 姓名：李\n    关系：父\n", "yaml.colon", 3, ["“关系”"]),
    ("监护人:\n  - 姓名：李\n    关系: 父\n", "yaml.colon", 2, ["“姓名”"]),
    ("姓名: 张三\n  性别：女\n", "yaml.colon", 2, ["“性别”"]),
    ("证件: {类型：居民身份证}\n", "yaml.colon", 1, ["“类型”"]),
    ("姓名：张三: x\n", "yaml.colon", 1, ["“姓名”"]),
    ("备注: |-\n  老师：好\n电话：x\n", "yaml.colon", 3, ["“电话”"]),
    # no blank behind the colon
    ("姓名:张三\n", "yaml.colon", 1, ["缺一个空格", "“姓名: ”"]),
    ("姓名: 张三\n性别:女\n民族: 汉族\n", "yaml.colon", 2, ["缺一个空格"]),
    ("家庭:\n  住址:某村\n", "yaml.colon", 2, ["缺一个空格"]),
    ("监护人:\n  - 编号:G-1\n    姓名: 李\n", "yaml.colon", 2, ["“编号:”", "缺一个空格"]),
    ("证件: {类型:居民身份证}\n", "yaml.colon", 1, ["缺一个空格"]),
    # full-width blanks
    ("姓名:　张三\n", "yaml.blank", 1, ["全角空格"]),
    ("姓名: 张三\n性别:　女\n民族: 汉族\n", "yaml.blank", 2, ["全角空格"]),
    ("家庭:\n　　住址: 某村\n", "yaml.blank", 2, ["住址", "全角空格"]),
    ("家庭:\n  住址: x\n　电话: y\n", "yaml.blank", 3, ["电话", "全角空格"]),
    ("姓名　: 张三\n", "yaml.blank", 1, ["姓名", "全角空格"]),
    ("姓名: 张三\n　　性别：女\n民族: 汉族\n", "yaml.blank", 2, ["行首", "全角空格"]),
    # tabs
    ("家庭:\n\t住址: 某村\n", "yaml.tab", 2, ["Tab", "空格"]),
    ("家庭:\n  住址: 某村\n\t电话: 1\n", "yaml.tab", 3, ["Tab"]),
    ("监护人:\n  -\t姓名: 李\n", "yaml.tab", 2, ["Tab"]),
    # dashes
    ("监护人:\n  -姓名: 李\n", "yaml.dash", 2, ["“-”", "缺一个空格", "- 姓名"]),
    ("监护人:\n  -姓名: 李\n    关系: 父\n", "yaml.dash", 2, ["“-”"]),
    ("监护人:\n  - 姓名: 李\n  -姓名: 王\n", "yaml.dash", 3, ["“-”"]),
    ("标签:\n  -甲\n  -乙\n", "yaml.dash", 2, ["- 甲"]),
    ("标签:\n  - 甲\n  -乙\n", "yaml.dash", 3, ["- 乙"]),
    ("标签:\n  - 甲\n    -乙\n", "yaml.dash", 3, ["- 乙"]),
    ("标签: 甲\n  - 乙\n", "yaml.indent", 2, ["已有内容"]),
    # quotes
    ("姓名: “张三”\n", "yaml.chinese-quotes", 1, ["中文引号", '"张三"', '"“张三”"']),
    ("电话: “0123”\n", "yaml.chinese-quotes", 1, ['"0123"']),
    ("姓名: ”张三”\n", "yaml.chinese-quotes", 1, ["中文引号"]),
    ('姓名: “张三"\n', "yaml.chinese-quotes", 1, ["中文引号"]),
    ('姓名: "张三”\n性别: 女\n', "yaml.chinese-quotes", 1, ["中文引号"]),
    ("“姓名”: 张三\n", "yaml.chinese-quotes", 1, ["栏目名“姓名”"]),
    ("备注: “时间: 下午”\n", "yaml.chinese-quotes", 1, ["中文引号"]),
    ("姓名: \uff02张三\uff02\n", "yaml.chinese-quotes", 1, ["中文引号"]),
    ('编号: 1\n姓名: "张三\n性别: 女\n', "yaml.unclosed", 2, ["引号没有成对"]),
    ('姓名: "张三\n性别: "女"\n', "yaml.unclosed", 1, ["引号没有成对"]),
    ("姓名: '张三\n性别: 女\n", "yaml.unclosed", 1, ["引号没有成对"]),
    ('备注: "今天\n老师：好\n', "yaml.unclosed", 1, ["引号没有成对"]),
    ('备注: "好"，他说\n', "yaml.unclosed", 1, ["引号后面还有内容"]),
    ('备注: "C:\\书"\n', "yaml.escape", 1, ["反斜杠"]),
    # indentation
    ("家庭:\n  住址: x\n 电话: y\n", "yaml.indent", 3, ["1 个空格", "0 或 2 个空格"]),
    ("监护人:\n  - 姓名: x\n   关系: y\n", "yaml.indent", 3, ["3 个空格"]),
    ("监护人:\n  - 姓名: x\n    关系: y\n     电话: z\n", "yaml.indent", 4, ["缩进过多", "“关系”", "第 3 行"]),
    ("姓名: 张三\n  性别: 女\n", "yaml.indent", 2, ["“姓名”已经有内容", "第 1 行"]),
    ("备注: |-\n  老师：好\n 电话: x\n", "yaml.indent", 3, ["1 个空格"]),
    ("- 甲\n姓名: 乙\n", "yaml.indent", 2, ["位置不对"]),
    # half-written
    ("姓名: 张三\n家庭\n", "yaml.colon", 2, ["“家庭”", "后面缺冒号"]),
    ("姓名: 张三\n家庭\n\n\n", "yaml.colon", 2, ["“家庭”"]),
    ("姓名: 张三\n家庭\n性别: 女\n", "yaml.colon", 2, ["“家庭”"]),
    ("家庭:\n  住址: x\n  监护\n", "yaml.colon", 3, ["“监护”"]),
    ("家庭\n", "yaml.root", 1, ["栏目: 内容"]),
    (": 张三\n", "yaml.key", 1, ["没有栏目名"]),
    # brackets and commas
    ("标签: [甲，乙]\n", "yaml.comma", 1, ["“，”", "半角逗号"]),
    ("标签: [甲、乙]\n", "yaml.comma", 1, ["“、”"]),
    ("证件: {类型: 甲，号码: 乙}\n", "yaml.comma", 1, ["“，”"]),
    ("标签: \uff3b甲，乙\uff3d\n", "yaml.bracket", 1, ["全角括号"]),
    ("姓名: 张三\n标签: [甲, 乙\n性别: 女\n", "yaml.bracket", 2, ["[ ]", "没有成对"]),
    ("标签: [\n", "yaml.bracket", 1, ["[ ]", "没有成对"]),
    ("证件: {类型: 甲\n", "yaml.bracket", 1, ["{ }"]),
    ("标签: [甲]]\n", "yaml.bracket", 1, ["多了一个“]”"]),
    ("姓名: {{ 学生.姓名 }}\n", "yaml.key", 1, ["{ }", "英文引号"]),
    # signs with a meaning of their own
    ("备注: *重要\n", "yaml.alias", 1, ["“*”", "英文引号"]),
    ("备注: **重要**\n", "yaml.alias", 1, ["“*”"]),
    ("备注: &甲\n", "yaml.anchor", 1, ["“&”"]),
    ("备注: !注意\n", "yaml.tag", 1, ["“!”"]),
    ("备注: @S2024-7K3QD 来访\n", "yaml.reserved", 1, ["“@”", "英文引号"]),
    ("备注: %50\n", "yaml.reserved", 1, ["“%”"]),
    ("备注: `x`\n", "yaml.reserved", 1, ["“`”"]),
    ("备注: |今天家访\n", "yaml.block", 1, ["下一行"]),
    ("备注: 时间: 下午\n", "yaml.colon", 1, ["两个“: ”"]),
    ("姓名: 张三，性别: 女\n", "yaml.colon", 1, ["两个“: ”"]),
    # full-width digits
    ("日期: \uff12\uff10\uff12\uff16－\uff11\uff11－\uff10\uff12\n", "yaml.digits", 1, ["全角数字", "2026-11-02"]),
    # what git leaves behind
    ("姓名: 张三\n<<<<<<< HEAD\n性别: 女\n=======\n性别: 男\n>>>>>>> x\n", "yaml.conflict", 2, ["冲突标记", "删去"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "line", "words"), SLIPS, ids=[repr(slip[0]) for slip in SLIPS])
def test_a_slip_is_explained_where_it_was_made(text: str, rule: str, line: int, words: list[str]) -> None:
    loaded = load(text.encode(), "x.yml")
    assert loaded.data is None
    assert [(problem.rule, problem.line) for problem in loaded.problems] == [(rule, line)]
    for word in words:
        assert word in loaded.problems[0].message


FINE = {
    "备注: 老师：今天很好\n": "老师：今天很好",
    "备注: 他说：“好。”\n": "他说：“好。”",
    "备注: “春蕾”计划\n": "“春蕾”计划",
    "备注: 比分3：2\n": "比分3：2",
    "备注: 见 https://example.org/a:b\n": "见 https://example.org/a:b",
    "备注: 今天家访，\n  一切都好\n": "今天家访， 一切都好",
    "备注:\n  今天家访，一切都好\n": "今天家访，一切都好",
    "备注: -无\n": "-无",
    "备注: 甲 - 乙\n": "甲 - 乙",
    "备注:\n  17:00\n": "17:00",
    "备注:\n  -5\n": -5,
    "备注: \uff13班\n": "\uff13班",
    '备注: "“春蕾”"\n': "“春蕾”",
    "备注: [目标：完成]\n": ["目标：完成"],
    "备注:\n  - 目标：完成\n  - 12:30\n  - a:b\n": ["目标：完成", "12:30", "a:b"],
    '备注: ["甲，乙"]\n': ["甲，乙"],
    "备注: 【一】甲，乙\n": "【一】甲，乙",
    "备注:\t甲\n": "甲",
    "备注: 甲\t乙 # 注\t释\n": "甲\t乙",
    "备注: >-\n  甲\n  乙：丙\n": "甲 乙：丙",
}


@pytest.mark.parametrize(("text", "value"), FINE.items(), ids=map(repr, FINE))
def test_what_only_looks_like_a_slip_is_left_alone(text: str, value: object) -> None:
    loaded = load(text.encode(), "x.yml")
    assert loaded.problems == ()
    assert loaded.data == {"备注": value}


def test_a_message_holds_no_word_of_the_library() -> None:
    for text, *_ in SLIPS:
        for problem in load(text.encode(), "x.yml").problems:
            assert not any(
                word in problem.message for word in ("expected", "mapping", "scalar", "token", "None")
            )
            assert problem.message.endswith("。")
