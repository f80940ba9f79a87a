"""Names, streets, words and enterprises of the labelled set, drawn by a seeded generator.

Rules: nothing here is shared with a generator that trains or with the corpus of the tests (tests prove the latter).
Regions and surnames are those of the language, since a detector has to know them; roads, houses, given names and trade
names are put together here and belong to nobody.

>>> draw = random.Random(4)
>>> person(draw, "pinyin"), person(draw, "spaced").count(" ") in (1, 2)
('Zhenbang Cen', True)
"""

from __future__ import annotations

import random
from typing import Final


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


SURNAMES: Final = tuple(
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "卓阮喻佟冉岑柏裘桂费"
)
GIVEN: Final = _words(
    "景澜 书勤 汝舟 守拙 芷萱 凤英 建民 春燕 大勇 永贵 海涛 丽娟 俊杰 晓东 玉兰 志刚 雅琴 国栋 秀梅 浩然 梓萌 "
    "思源 宏伟 桂花 长河 立新 文静 少华 德顺 冬梅 亚楠 振邦 芳 磊 军 静 洋 涛 娜 斌 霞 勇 超 艳 鑫 倩 博 琳"
)
COMPOUND: Final = ("欧阳", "司马", "诸葛", "上官", "司徒", "夏侯", "皇甫", "尉迟", "慕容", "令狐", "东方", "端木")
RARE: Final = _words("亓翀昊 逄喆 仝赟 佘媛嫄 缑韡晔 厍垚 郄燚 昝頔 禤婳祎 妫翾 郗堃 麴彧")
MINORITY: Final = _words(
    "阿卜杜热合曼·艾散 帕提古丽·吐尔逊 努尔兰·叶尔肯 迪丽娜尔·阿不力孜 次仁·多吉 巴特尔·孟和 古丽扎尔·卡德尔 "
    "木拉提·赛力克 热娜·库尔班江 艾尼瓦尔·托合提 吉克·阿呷 白玛·曲珍"
)
PINYIN: Final = (
    ("Zhuo", "Jinglan"), ("Ruan", "Ruzhou"), ("Tong", "Shuqin"), ("Cen", "Zhenbang"), ("Ouyang", "Shouzhuo"),
    ("Xiao", "Dongmei"), ("Lu", "Guihua"), ("Qiu", "Changhe"), ("Gong", "Lixin"), ("Shangguan", "Yanan"),
)  # fmt: skip
ENGLISH: Final = (
    "Harriet Oakhollow", "Desmond P. Farrowby", "Ingrid Thistlewood", "Caleb Ravensmoor", "Matilda Quillfeather",
    "Oswin Brackenridge", "Philippa Nettleford", "Leopold Van Astergaard",
    "Rosalind Merriweather-Holt", "Tobias Inkpen",
)  # fmt: skip
REGIONS: Final = (
    ("浙江省", "杭州市", "余杭区"),
    ("江苏省", "苏州市", "吴中区"),
    ("广东省", "东莞市", "虎门镇"),
    ("四川省", "成都市", "郫都区"),
    ("山东省", "青岛市", "即墨区"),
    ("湖北省", "宜昌市", "夷陵区"),
    ("", "上海市", "嘉定区"),
    ("", "北京市", "通州区"),
    ("福建省", "泉州市", "石狮市"),
    ("河南省", "洛阳市", "栾川县"),
    ("广西壮族自治区", "柳州市", "柳南区"),
    ("新疆维吾尔自治区", "伊犁哈萨克自治州", "霍城县"),
    ("", "重庆市", "彭水苗族土家族自治县"),
    ("辽宁省", "大连市", "旅顺口区"),
)
ROADS: Final = _words("拾穗路 听蝉街 藕塘巷 半亩大道 纸鸢路 砚池弄 踏歌东路 麦浪二路 望潮街 青禾南路 石榴胡同 竹下里")
ESTATES: Final = _words("云杉苑 栗子湾小区 棠梨大厦 灯芯草产业园 雨燕中心 芦花新村 稻香公寓 鹿鸣创意园")
VILLAGES: Final = _words("蒿草村 柿子坪村 磨盘岭村 芦根浜村")
TRADES: Final = _words("砚耕 穗禾 鲸落 栗鼠 纸鸢 棠棣 麦芒 听蝉 藕然 拾光里 苔花 半亩 鹿角 青黛 灯芯草 云隙")
INDUSTRIES: Final = _words(
    "信息技术 供应链管理 建筑装饰 文化传播 医疗器械 新能源 商贸 餐饮管理 机电设备 物流 农业开发 检测技术"
)
ENDS: Final = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
FOREIGN_ENTERPRISES: Final = (
    "Oakhollow Trading Co., Ltd.", "Brackenridge Holdings Limited", "Nettleford Instruments GmbH",
    "Suihe Supply Chain (Suzhou) Co., Ltd.", "Astergaard Marine Pte. Ltd.",
)  # fmt: skip
BANKS: Final = ("穗禾农村商业银行", "半亩银行", "听潮银行", "砚池村镇银行")


def person(draw: random.Random, form: str = "") -> str:
    """A name. `form`: compound, rare, minority, pinyin, english, spaced; none draws one of all but the last three."""
    form = form or draw.choices(("usual", "compound", "rare", "minority"), (78, 9, 6, 7))[0]
    if form == "pinyin":
        family, given = draw.choice(PINYIN)
        return draw.choice((f"{family.upper()} {given}", f"{given} {family}", f"{family} {given}"))
    if form in ("rare", "minority", "english"):
        return draw.choice({"rare": RARE, "minority": MINORITY, "english": ENGLISH}[form])
    name = draw.choice(COMPOUND if form == "compound" else SURNAMES) + draw.choice(GIVEN)
    return " ".join(name) if form == "spaced" else name


def address(draw: random.Random) -> str:
    """An address of a road with number, of an estate or of a village."""
    province, city, district = draw.choice(REGIONS)
    start = draw.choice((province + city + district, city + district, city + district))
    road, number = draw.choice(ROADS), draw.randint(1, 1999)
    house = (
        f"{draw.randint(1, 40)}{draw.choice(('幢', '栋', '号楼'))}{draw.randint(1, 4)}单元{draw.randint(101, 2604)}室"
    )
    return start + draw.choice((
        f"{road}{number}号",
        f"{road}{number}号{house}",
        f"{road}{number}号{draw.choice(ESTATES)}{draw.choice('ABC')}座{draw.randint(101, 2604)}室",
        f"{road}{number}弄{draw.randint(1, 90)}号{draw.randint(101, 904)}室",
        f"{road}与{draw.choice(ROADS)}交叉口{draw.choice(ESTATES)}{draw.randint(1, 9)}层",
        f"{draw.choice(ESTATES)}{house}",
        f"{draw.choice(VILLAGES)}{draw.randint(1, 16)}组{draw.randint(1, 200)}号",
    ))  # fmt: skip


def company(draw: random.Random, form: str = "") -> str:
    """An enterprise. `form`: foreign, branch, partnership, shop; none draws a company."""
    region = draw.choice(REGIONS)[1].removesuffix("市").removesuffix("哈萨克自治州")
    trade, industry = draw.choice(TRADES), draw.choice(INDUSTRIES)
    if form == "foreign":
        return draw.choice(FOREIGN_ENTERPRISES)
    if form == "branch":
        return f"{region}{trade}{industry}有限公司{draw.choice(REGIONS)[1][:2]}分公司"
    if form == "partnership":
        return f"{region}{trade}{draw.choice(('企业管理', '股权投资', '管理咨询'))}合伙企业（有限合伙）"
    if form == "shop":
        return f"{region}{draw.choice(ROADS)[:2]}{trade}{draw.choice(('餐饮店', '便利店', '五金经营部', '理发店'))}"
    end = draw.choice(ENDS)
    return draw.choice((
        f"{region}{trade}{industry}{end}", f"{region}{trade}{industry}{end}", f"{region}市{trade}{industry}{end}",
        f"{trade}（{region}）{industry}{end}", f"{trade}{industry}{end}",
    ))  # fmt: skip


def bank(draw: random.Random) -> str:
    return draw.choice(BANKS) + draw.choice(("城东支行", "新区支行", "营业部"))
