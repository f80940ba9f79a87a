"""The detectors on one bench: ours, argus-redact in its fast mode, Presidio with 22 Chinese patterns.

Presidio brings no Chinese recognizer; its users write patterns. These 22 are what a careful user would: borders without
`\\b`, check digits where there are any, the name before a number that has no shape of its own. It gets a blank Chinese
pipeline: the packages of models are downloaded or, as one on the index, not by whom their name says (adr/0026).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.pii.scoring import Found
from benchmarks.pii.values import luhn
from fengni.core import fictitious
from fengni.core.documents.reading import passages
from fengni.core.pii.scanner import scan_passages

_MEANS: Final[dict[str, tuple[str, ...]]] = {
    "person": ("PERSON",), "id_number": ("CN_ID_CARD",), "phone": ("CN_MOBILE", "CN_LANDLINE"),
    "landline": ("CN_LANDLINE",), "bank_card": ("BANK_CARD", "BANK_ACCOUNT"), "email": ("EMAIL",),
    "credit_code": ("CN_USCC",), "address": ("ADDRESS",), "organization": ("COMPANY",), "workplace": ("COMPANY",),
    "passport": ("PASSPORT",), "eep": ("HK_MACAU_PERMIT",), "license_plate": ("PLATE",), "ip_address": ("IP_ADDRESS",),
    "mac_address": ("MAC_ADDRESS",), "wechat": ("WECHAT_ID",), "qq": ("QQ_ID",), "date_of_birth": ("BIRTH_DATE",),
}  # fmt: skip
"""What types of argus-redact can mean; others (job, age, religion ...) count on hard negatives only."""
_NOT_ASKED: Final = frozenset({"BANK_CARD", "BANK_ACCOUNT"})
"""It takes cards of issuers that exist; ours begin with 99, which nobody issues, so its row would say nothing."""

_L, _R = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_HEX = "[0-9A-Fa-f]{1,4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
PATTERNS: Final[tuple[tuple[str, str, float], ...]] = (
    ("CN_ID_CARD", rf"{_L}[1-9]\d{{5}} ?(?:18|19|20)\d{{2}} ?{_DAY} ?\d{{3}}[\dXx]{_R}", 0.6),
    ("CN_ID_CARD", rf"(?<=(?:身份证|证件).{{0,8}}){_L}[1-9]\d{{7}}{_DAY}\d{{3}}{_R}", 0.5),
    ("CN_USCC", rf"{_L}[0-9A-HJ-NPQRTUWXY]{{2}} ?\d{{6}} ?[0-9A-HJ-NPQRTUWXY]{{10}}{_R}", 0.6),
    ("CN_OLD_REGISTRATION", rf"(?<=注册号.{{0,4}}){_L}\d{{15}}{_R}", 0.6),
    ("CN_MOBILE", rf"{_L}(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}{_R}", 0.5),
    ("CN_LANDLINE", rf"{_L}0\d{{2,3}}[ -]\d{{7,8}}{_R}", 0.5),
    ("BANK_CARD", rf"{_L}[1-9]\d{{3}}(?: ?\d{{4}}){{3}}(?: ?\d{{1,3}})?{_R}", 0.5),
    ("BANK_ACCOUNT", rf"(?<=(?:账|帐)[号户]\D{{0,3}}){_L}\d{{9,30}}{_R}", 0.45),
    ("EMAIL", rf"{_L}[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+", 0.8),
    ("PASSPORT", rf"{_L}(?:E[A-Z]?\d{{7,8}}|[DGPS]\d{{8}}){_R}", 0.5),
    ("HK_MACAU_PERMIT", rf"{_L}[CWHM]\d{{8}}(?:\d{{2}})?{_R}", 0.5),
    ("TAIWAN_PERMIT", rf"(?<=(?:台胞证|大陆通行证)\D{{0,4}}){_L}\d{{8}}{_R}", 0.5),
    ("PERMANENT_RESIDENCE", rf"{_L}[A-Z]{{3}}\d{{12}}{_R}", 0.5),
    ("PLATE", rf"[{_PROVINCES}][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{{5,6}}{_R}", 0.6),
    ("IP_ADDRESS", r"(?<![0-9A-Za-z.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z.])", 0.6),
    ("IP_ADDRESS", rf"{_L}(?:(?:{_HEX}:){{7}}|(?:{_HEX}:){{1,6}}(?::{_HEX}){{0,5}}:){_HEX}(?![0-9A-Za-z:])", 0.5),
    ("MAC_ADDRESS", rf"{_L}(?:[0-9A-Fa-f]{{2}}[:-]){{5}}[0-9A-Fa-f]{{2}}{_R}", 0.7),
    ("WECHAT_ID", rf"(?<=(?:微信|vx|VX|wechat)\D{{0,4}}){_L}[A-Za-z][0-9A-Za-z_-]{{5,19}}{_R}", 0.5),
    ("QQ_ID", rf"(?<=[Qq][Qq]\D{{0,3}}){_L}[1-9]\d{{4,10}}{_R}", 0.5),
    ("INVOICE_NO", rf"(?<=(?:发票号码?|[Ii]nvoice number)\D{{0,3}}){_L}\d{{8}}(?:\d{{12}})?{_R}", 0.5),
    ("SEAL_CODE", rf"(?<=章编[号码]\D{{0,3}}){_L}\d{{13,14}}{_R}", 0.5),
    ("BIRTH_DATE", rf"(?<=(?:出生日期|生日|birth)\D{{0,3}}){_L}(?:19|20)\d\d[-./年]\d\d?[-./月]\d\d?日?", 0.6),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector: its name, what it finds in a text of a kind, the same without asking for places, types it knows."""

    name: str
    find: Callable[[str, str], list[Found]]
    run: Callable[[str, str], object]
    types: frozenset[str] | None = None


def ours() -> Detector:
    """Reads the text as a file of its kind (txt or csv), as `fengni scan` does."""
    return Detector("fengni", _scanned, _scanned)


def _scanned(text: str, kind: str) -> list[Found]:
    return scanned(text.encode(), "a.csv" if kind == "csv" else "a.txt")


def scanned(content: bytes, name: str) -> list[Found]:
    """What ours finds in a file, with its places."""
    read = passages(io.BytesIO(content), name, refused=lambda place, error: None)
    return [Found((f.type,), f.start, f.end, f.place) for f in scan_passages(read)]


def argus() -> Detector:
    """argus-redact; its speed is that of its plain call, which replaces too. Raises ImportError."""
    from argus_redact import redact

    warnings.filterwarnings("ignore", module="argus_redact")
    warnings.filterwarnings("ignore", message="low-entropy salt")

    def find(text: str, kind: str) -> list[Found]:
        entities = redact(text, mode="fast", lang=["zh", "en"], report=True).entities
        return [Found(_MEANS.get(e["type"], ()), e["start"], e["end"]) for e in entities]

    known = frozenset(type_ for types in _MEANS.values() for type_ in types) - _NOT_ASKED
    return Detector("argus-redact", find, lambda text, kind: redact(text, mode="fast", lang=["zh", "en"]), known)


def presidio() -> Detector:
    """Presidio with `PATTERNS`. Raises ImportError."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    nlp = SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    nlp.nlp = {"zh": spacy.blank("zh")}
    registry = RecognizerRegistry(recognizers=_recognizers(), supported_languages=["zh"])
    engine = AnalyzerEngine(nlp_engine=nlp, registry=registry, supported_languages=["zh"])

    order = [type_ for type_, _, _ in PATTERNS]

    def trust(result: Any) -> tuple[float, int, int]:
        return -result.score, result.start - result.end, order.index(result.entity_type)

    def find(text: str, kind: str) -> list[Found]:
        best: list[Any] = []
        for result in sorted(engine.analyze(text, language="zh"), key=trust):
            if all(result.end <= one.start or one.end <= result.start for one in best):
                best.append(result)
        return [Found((r.entity_type,), r.start, r.end) for r in best]

    return Detector("Presidio", find, lambda text, kind: engine.analyze(text, language="zh"), frozenset(order))


def _recognizers() -> list[Any]:  # Any: classes of a package that only a bench has
    from presidio_analyzer import Pattern, PatternRecognizer

    class Checked(PatternRecognizer):  # type: ignore[misc]
        """A pattern whose matches have to pass the check digit of their type."""

        def validate_result(self, pattern_text: str) -> bool | None:
            check = _CHECKS.get(self.supported_entities[0])
            return check(pattern_text.replace(" ", "").upper()) if check else None

    made = []
    for number, (type_, regex, score) in enumerate(PATTERNS):
        patterns, name = [Pattern(type_, regex, score)], f"{type_}-{number}"
        made.append(Checked(supported_entity=type_, name=name, supported_language="zh", patterns=patterns))
    return made


_CHECKS: Final[dict[str, Callable[[str], bool | None]]] = {
    "CN_ID_CARD": lambda value: fictitious.with_id_check(value[:17]) == value if len(value) == 18 else None,
    "CN_USCC": lambda value: fictitious.with_code_checks(value[:16]) == value,
    "BANK_CARD": luhn,
}
