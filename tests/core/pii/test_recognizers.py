"""What each type looks like where it is found, and what is not found: the hard negatives of everyday papers."""

from __future__ import annotations

import pytest

from fengni.core.fictitious import bank_account, id_number, mobile, uscc
from fengni.core.pii.scanner import scan_text

ID, CARD = id_number("19880229", 21), bank_account(1)
FOUND = [
    # resident ID numbers
    (f"身份证{ID}", "CN_ID_CARD", ID),
    (f"{ID},{mobile(1)}", "CN_ID_CARD", ID),
    ("990101 19880229 0212", "CN_ID_CARD", ID),
    ("990101-19880229-0212", "CN_ID_CARD", ID),
    ("９９０１０１１９８８０２２９０２１２", "CN_ID_CARD", ID),
    ("9 9 0 1 0 1 1 9 8 8 0 2 2 9 0 2 1 2", "CN_ID_CARD", ID),
    ("990101\u200b198802\u2060290212", "CN_ID_CARD", ID),
    ("号99010119850121008x。", "CN_ID_CARD", "99010119850121008X"),
    ("99010119850121008Х", "CN_ID_CARD", "99010119850121008X"),
    ("身份证号码：990101880229021", "CN_ID_CARD", "990101880229021"),
    # telephones
    ("手机15400000001，", "CN_MOBILE", mobile(1)),
    ("154 0000 0001", "CN_MOBILE", mobile(1)),
    ("154-0000-0001", "CN_MOBILE", mobile(1)),
    ("154－0000－0001", "CN_MOBILE", mobile(1)),
    ("+8615400000001", "CN_MOBILE", mobile(1)),
    ("+86 154 0000 0001", "CN_MOBILE", mobile(1)),
    ("(+86)15400000001", "CN_MOBILE", mobile(1)),
    ("0086-15400000001", "CN_MOBILE", mobile(1)),
    ("http://example.com/?phone=15400000001&x=1", "CN_MOBILE", mobile(1)),
    ("2026-11-25 154 0000 0001", "CN_MOBILE", mobile(1)),
    ("request_id=abc user 15400000001 login", "CN_MOBILE", mobile(1)),
    ('{"order": "B7", "phone": "15400000001"}', "CN_MOBILE", mobile(1)),
    ("Tel15400000001", "CN_MOBILE", mobile(1)),
    ("张三15400000001、李四", "CN_MOBILE", mobile(1)),
    ("'15400000001", "CN_MOBILE", mobile(1)),
    (f"ID{ID}", "CN_ID_CARD", ID),
    ("电话0571-88881234-801", "CN_LANDLINE", "0571-88881234"),
    ("（0571）8888 1234", "CN_LANDLINE", "0571-88881234"),
    ("010-62345678", "CN_LANDLINE", "010-62345678"),
    ("座机057188881234", "CN_LANDLINE", "0571-88881234"),
    ("tel: +86 571 88881234", "CN_LANDLINE", "0571-88881234"),
    ("办公电话：88881234", "CN_LANDLINE", "88881234"),
    # cards
    (f"卡号:{CARD}", "BANK_CARD", CARD),
    ("9900 0000 0000 0000 010", "BANK_CARD", CARD),
    ("卡号 4111111111111111，", "BANK_CARD", "4111111111111111"),
    # codes, documents, plates, mail
    (f"代码{uscc(1)}。", "CN_USCC", uscc(1)),
    (uscc(1).lower(), "CN_USCC", uscc(1)),
    ("91990101 MADEM00117", "CN_USCC", uscc(1)),
    ("税号 91350100M000100Y43", "CN_USCC", "91350100M000100Y43"),
    ("护照号E12345678", "PASSPORT", "E12345678"),
    ("Passport No: EA1234567", "PASSPORT", "EA1234567"),
    ("港澳通行证 C12345678", "HK_MACAU_PERMIT", "C12345678"),
    ("回乡证号码:H1234567801", "HK_MACAU_PERMIT", "H1234567801"),
    ("车牌浙A12345，", "PLATE", "浙A12345"),
    ("京A·D12345", "PLATE", "京AD12345"),
    ("邮箱a.b+c@mail.example.com，", "EMAIL", "a.b+c@mail.example.com"),
    ("ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "EMAIL", "a@example.com"),
    # what points at a connection or an account elsewhere
    ("IP地址10.23.45.67，", "IP_ADDRESS", "10.23.45.67"),
    ("from 192.0.2.17 port", "IP_ADDRESS", "192.0.2.17"),
    ("AA:BB:CC:15:40:00", "MAC_ADDRESS", "aa:bb:cc:15:40:00"),
    ("QQ 15400000001", "QQ_ID", "15400000001"),
    ("微信:shili_2026，", "WECHAT_ID", "shili_2026"),
    # papers of enterprises
    ("注册号:990101000000018", "CN_OLD_REGISTRATION", "990101000000018"),
    ("开户行：示例银行样例支行\n账号：9900 2020 0990 0012 345", "BANK_ACCOUNT", "9900202009900012345"),
    ("台胞证 00123456", "TAIWAN_PERMIT", "00123456"),
    ("永久居留身份证 911124198810020029", "PERMANENT_RESIDENCE", "911124198810020029"),
    ("出生 一九八八年，出生日期 1988年2月29日", "BIRTH_DATE", "1988-02-29"),
    ("网银密码：Qm#2026", "PASSWORD", "Qm#2026"),
    # grammar
    ("姓名：沈若溪", "PERSON", "沈若溪"),
    ("联系人: 张 三", "PERSON", "张三"),
    ("经办人:阿依古丽·买买提", "PERSON", "阿依古丽·买买提"),
    ("我们与示例·启明企业服务有限公司签订", "COMPANY", "示例·启明企业服务有限公司"),
    ("甲方:北京和平里餐饮管理有限公司", "COMPANY", "北京和平里餐饮管理有限公司"),
    ("(二)示例·云栖管理咨询合伙企业(有限合伙)", "COMPANY", "示例·云栖管理咨询合伙企业(有限合伙)"),
    ("华为技术有限公司", "COMPANY", "华为技术有限公司"),
    ("已转给南屏登记代理有限公司。", "COMPANY", "南屏登记代理有限公司"),
    ("住址:示例省示例市演示区样例路 1 号2栋301室", "ADDRESS", "示例省示例市演示区样例路1号2栋301室"),
]  # fmt: skip
NOT_FOUND = [
    # numbers that fail their check, or have no such day or province
    "990101198802290213", "990101198702290212", "身份证 000101198802290212", "91990101MADEM00118",
    "卡号9900000000000000011",
    # longer and joined runs
    "A15400000001", "15400000001A", "X1380013800", "154000000012345", "1-15400000001-2", "99010119880229021234",
    "12154000000019",
    # what is called otherwise
    "订单号15400000001", "订单编号：4111111111111111", "流水号 15400000001", "request_id=15400000001",
    "运单15400000001", "ISBN 9787111111111",
    "工号:15400000001", "合同编号 990101880229021", "sku=15400000001",
    "QQ群 540000001", "微信支付 shili_2026", "发票金额 12345678", "账户余额 123456789",
    # instants, amounts, measures, versions
    "20261125022249", "2026-11-25 02:22:49", "1732501369", "1732501369123", "1732501369123456789",
    "15400000001.50", "¥15400000001",
    "15400000001元", "0.15400000001", "120.15400000001,30.15400000002", "v1.15.400.00001",
    "2026.11.25", "1,540,000,000", "版本 10.23.45.67", "第 1.2.3.4 条", "127.0.0.1", "1.2.3.4", "::1", "12:30:45",
    # hashes and identifiers
    "550e8400-e29b-41d4-a716-446655440000", "12345678-1234-1234-1234-154000000011",
    "d41d8cd98f00b204e9800998ecf8427e",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "SF1540000000112",
    "00:00:00:00:00:00", "20-26-11-25-02-22",
    # masked values and service numbers
    "154****0001", "990101********0212", "6222 **** **** 0123", "400-800-8820", "95588", "12345", "10086",
    "总价 13800138000 元", "市值13800138000美元", "注册资本15000000000", "人民币 15400000001",
    '{"id": 15400000001}', "user_id=15400000001", "ISBN 978-7-111-54742-1", "C6H12O6 1-4-15400000001-7",
    "王老吉、张小泉",
    "中华人民共和国", "GPS 30.15400000001",
    # fifteen digits, passports, permits and local numbers without their name
    "990101880229021", "E12345678", "C12345678", "88881234", "料号E12345678", "型号 C12345678 护",
    # pictures, repositories, logins in web addresses, packages
    "icon@2x.png", "git@example.com:team/project.git", "https://user:secret@example.com/", "pkg@1.2.3", "a@b",
    "@example.com",
    # words
    "申请设立合伙企业", "(一)有限责任公司", "不得登记为有限责任公司", "可以聘请会计师事务所", "受委托的会计师事务所",
    "依照本法设立的股份有限公司", "国务院决定对有限责任公司", "第二款关于有限责任公司",
    "以募集设立方式设立股份有限公司",
    "公司类型:其他有限责任公司", "该有限公司", "有限公司", "某某有限公司", "负责人:任何人", "股东:章程", "经理:高兴",
    "联系人：无", "法定代表人:", "《公司法》第二十三条",
    "公路1号", "第3号令", "1号", "京ABCDEFG", "新ABC123456", "我们在马路5号",

]  # fmt: skip


@pytest.mark.parametrize(("text", "type_", "value"), [f for f in FOUND if f[2]])
def test_it_is_found_alone_and_normalised(text: str, type_: str, value: str) -> None:
    found = [f for f in scan_text(text) if f.type == type_]
    assert [f.value for f in found] == [value]
    assert 0 < found[0].score < 1


@pytest.mark.parametrize("text", NOT_FOUND)
def test_it_is_not_found(text: str) -> None:
    assert scan_text(text) == []


@pytest.mark.parametrize(("heading", "value", "type_"), [
    ("手机号码", mobile(1), "CN_MOBILE"), ("银行账号", CARD, "BANK_CARD"), ("证件号", "990101880229021", "CN_ID_CARD"),
    ("护照", "E12345678", "PASSPORT"), ("姓名", "沈若溪", "PERSON"), ("联系电话", "88881234", "CN_LANDLINE"),
])  # fmt: skip
def test_the_heading_of_a_column_is_context(heading: str, value: str, type_: str) -> None:
    assert [f.type for f in scan_text(value, heading=heading)] == [type_]


def test_a_number_under_the_heading_of_other_numbers_is_not_found() -> None:
    assert scan_text(mobile(1), heading="订单号") == []


def test_the_longer_finding_keeps_the_place() -> None:
    assert [f.type for f in scan_text(f"{mobile(1)}@example.com")] == ["EMAIL"]
