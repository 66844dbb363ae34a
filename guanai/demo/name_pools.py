"""Syllables of invented names, by decade; combined they name everybody in the school."""

from collections.abc import Mapping

#: Common surnames, the most common first.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤温芦柳阎涂尚祝岑"
)
#: Compound surnames, rare.
COMPOUND = ("欧阳", "司徒", "上官", "皇甫", "令狐", "东方")

#: First and second syllables of two-syllable given names, and given names of one syllable.
CHILD_BOY = (
    "梓宇浩俊奕沐睿晨铭煜承景致佑以博瑞书修栩骏朗霁知",
    "轩泽霖恒昂安帆川屿尧珩衡朔舟晗尘峤钧樾淮",
    "骁栩屹琛燊翊珩曜堃昶",
)
CHILD_GIRL = (
    "梓雨诗思语若佳依芷婉静雅楚忆芸清念书攸沐以知采妙",
    "萱妍桐诺溪瑶曦媛柔蕊岚凝薇汐禾筠苓笙棠璃蘅沅漾",
    "玥祎瑾蔓漪苒苓筠沅攸妍",
)
ADULT_MAN = ("志建永海春兴庆宏学世振云长显维克绍培", "坤锋旺楷栋炜柱桥驰畅镇垒柏樟", "铮炜锴骋钊")
ADULT_WOMAN = ("秀春玉彩翠小晓凤冬燕巧丽月慧淑世", "莉婵蓓苹茵荷容桃苗葵婕妤", "婧琬")
ELDER_MAN = ("德国福万正成元有兆明启", "茂寿堂岭塘畴禄庚坪", "庚坪")
ELDER_WOMAN = ("秀桂兰素菊银翠淑莲玉", "娥妹荷桃姑杏", "荷")

#: Signs that many fonts and old machines lack: real class lists have them, so has the demo.
RARE_BOY = ("子𠮷", "𠮷安", "堃宇", "喆安", "镕川", "垚屹", "𬱖知", "䶮舟")
RARE_GIRL = ("㛃宁", "玥祎", "若㛃", "祎晗", "垚妍", "昇禾", "㬎月", "璟玥")

#: Given names that would make a known person's name with one surname or another.
AVOID = frozenset(
    {
        "雨桐", "佳薇", "若溪", "若薇", "念棠", "雨岚", "佳凝", "承泽", "景恒", "承钧", "知恒", "瑞安", "建锋", "建柱", "春桥", "春旺", "宏柱", "振镇",
        "宏坤", "云坤", "永柱", "丽莉", "翠苹", "小莉", "晓莉", "有禄", "福堂", "福寿", "万禄", "正茂", "福畴", "德禄", "德寿", "启堂", "秀娥",
    }
)  # fmt: skip

#: Ethnicity → surnames that are common there; the given names are those of the decade.
HAN_STYLE: Mapping[str, str] = {
    "回族": "马哈丁白杨虎买", "壮族": "韦覃蒙黄农莫岑", "苗族": "龙石吴麻杨", "土家族": "向田彭覃冉谭", "侗族": "杨石龙粟吴",
    "满族": "佟富赵那关", "瑶族": "盘邓赵李", "布依族": "罗韦岑陆", "白族": "段杨赵尹", "朝鲜族": "朴崔金郑", "黎族": "符吉董",
    "畲族": "蓝雷钟", "羌族": "王苟余", "仡佬族": "田申邹", "水族": "潘韦陆", "仫佬族": "银梁潘",
}  # fmt: skip

#: Ethnicity → given names of boys, of girls, and what follows the dot (the father's name or the family's).
WITH_DOT: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "维吾尔族": (
        ("艾力亚", "凯赛尔江", "伊力夏提", "阿卜杜外力", "木扎帕尔", "吾斯曼江", "艾克然木", "努尔艾力"),
        ("阿依努尔", "热依汗", "祖丽皮亚", "麦迪娜依", "古丽米热", "阿依夏木", "凯丽比努尔", "苏比努尔"),
        ("买买提", "吐尔逊", "艾合买提", "玉素音", "库尔班", "亚森", "托合提", "阿不力孜"),
    ),
    "哈萨克族": (
        ("叶尔森", "阿依丁", "巴合提江", "加尔恒", "努尔兰别克"),
        ("阿依达娜", "加娜尔", "古丽扎提", "沙依拉", "阿尔帕热"),
        ("努尔兰", "哈力别克", "叶尔江", "木拉提汗", "赛力克"),
    ),
    "柯尔克孜族": (("阿曼吐尔", "加尼别克", "艾山江"), ("阿依扎达", "布阿依夏", "古力尼尔"), ("托合托", "居马尔", "阿坦别克")),
    "彝族": (("木呷", "拉铁", "尔布", "约布", "克哈"), ("阿呷", "阿衣", "尔洗", "乌果", "阿支"), ("吉克", "沙马", "阿苦", "俄木", "曲比", "的日")),
    "藏族": (("格桑", "丹增", "洛桑", "旺堆"), ("卓嘎", "央金", "拉姆", "白玛"), ("顿珠", "次旺", "群培", "曲珍", "措姆", "罗布")),
}  # fmt: skip
#: Ethnicity → given names of men and of women of the parents' age.
WITH_DOT_ADULT: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "维吾尔族": (("吐尔洪", "艾尼瓦尔", "依布拉音", "肉孜"), ("帕提古丽", "阿孜古丽", "热孜万", "布威海丽")),
    "哈萨克族": (("叶尔波力", "哈那提", "巴太"), ("古丽娜扎提", "库丽夏", "阿依努拉")),
    "柯尔克孜族": (("玉山", "马木提", "阿山别克"), ("布热比亚", "古丽孜拉", "阿依提拉")),
    "彝族": (("木乃", "拉批", "尔哈", "子尔"), ("木果", "牛牛", "莫子", "阿莫")),
    "藏族": (("多吉", "平措", "尼玛", "加措"), ("德吉", "仓决", "巴桑", "达娃")),
}  # fmt: skip
#: Where the family's name stands before the dot.
FAMILY_FIRST = frozenset({"彝族"})
