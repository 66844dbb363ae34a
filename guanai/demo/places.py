"""An invented county with its town and villages, and what stands on forms about places."""

from guanai.demo.dice import Dice

#: There is no such county; no identity number's area code belongs to it.
COUNTY = "栖川县"
TOWN = "禾丰镇"
#: Area codes of the county's towns: no region of the country has a number that begins with 99.
AREA_CODES = ("990101", "990102", "990103", "990105")

VILLAGES = (
    "槐树湾村", "石桥头村", "上坪村", "柳林坝村", "茶亭社区", "文昌社区", "双井村", "白鹭村", "梅子沟村", "新渡口社区",
    "竹园坪村", "枫林垭村",
)  # fmt: skip

#: Where parents go to work, and at what.
WORKING_PLACES = (
    "广东东莞", "广东佛山", "浙江义乌", "浙江温州", "江苏昆山", "福建晋江", "上海松江", "广东深圳", "重庆主城", "四川成都", "湖北武汉",
    "新疆石河子", "北京通州", "河北雄安", "陕西西安", "省城",
)  # fmt: skip
JOBS_AWAY = (
    "电子厂装配工", "建筑工地木工", "制衣厂车工", "快递分拣", "家政服务", "货车驾驶", "餐馆后厨", "鞋厂针车工", "装修泥瓦工", "物业保洁", "物流仓库",
    "外卖配送", "钢筋工", "五金厂冲压工",
)  # fmt: skip
JOBS_HERE = (
    "务农", "镇上经营小超市", "村卫生室", "种植大棚蔬菜", "养殖户", "乡村客运司机", "镇上理发店", "零工", "镇农贸市场摊位", "茶厂工人", "建材店",
    "县医院护工", "学校食堂", "村合作社", "汽修店", "粮油店",
)  # fmt: skip
JOBS_GOOD = ("县城经营连锁药店", "建筑公司项目负责人", "县城酒店经营者", "农产品加工厂厂长")
JOBS_ELDER = ("务农", "在家务农，兼照看孙辈", "退休", "种菜、养鸡", "在家")

_SIGNS = ("桂花巷", "学府路", "河滨路", "新街", "老街", "校场路", "茶场路")


def address(dice: Dice, village: str) -> str:
    """Return an address in a village or neighbourhood."""
    if village.endswith("社区"):
        return f"{COUNTY}{TOWN}{village}{dice.pick(_SIGNS)}{dice.number(1, 198)}号{dice.number(1, 6)}楼"
    return f"{COUNTY}{TOWN}{village}{dice.number(1, 9)}组{dice.number(1, 96)}号"


def phone(dice: Dice) -> str:
    """Return a mobile number that nobody has: no network's numbers begin with 12."""
    return f"12{dice.number(0, 999_999_999):09d}"


def landline(dice: Dice) -> str:
    """Return a landline number in an area that does not exist."""
    return f"0199-{dice.number(60_000_000, 88_999_999)}"
