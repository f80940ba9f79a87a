"""Rows that are about the same enterprise or person become one record; nothing is joined that a number forbids.

Rules: "Joining rows" of docs/spec/import.md. Matching first, then values in the order of the workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fengni.core.intake.asking import Desk
from fengni.core.intake.columns import masked
from fengni.core.intake.names import core_of, is_branch, looks_like_company, loose_key, name_key, person_key
from fengni.core.intake.plan import EnterpriseRecord, FieldValue, PersonRecord, Place, Relation, State
from fengni.core.intake.rows import Draft
from fengni.core.vault.catalogue import ELEMENTS

MANY: Final = frozenset(kind for kind, element in ELEMENTS.items() if element.many)
SPLIT: Final = "intake.imported.split"
_NAMES: Final = ("company_name", "former_name", "short_name")
_DOCUMENTS: Final = ("id_number", "passport", "hk_macau_permit")
_PHONES: Final = frozenset(("mobile", "client_landline", "landline"))
_new = tuple.__new__  # half the cost of the constructor
_GOOD: Final = (State.READY, State.VERIFY)


class Record:
    """One enterprise or person in the making. `names` are name keys; `number` its code or ID number."""

    __slots__ = ("fields", "held", "key", "many", "matched_by", "names", "number", "phones", "rows", "single", "tags")

    def __init__(self, key: str, number: str) -> None:
        self.key = key
        self.number = number
        self.fields: list[FieldValue] = []
        self.rows: list[Place] = []
        self.single: dict[str, int] | None = None  # worked out when a second row comes
        self.many: dict[tuple[str, str], Place] = {}
        self.tags: tuple[str, ...] = ()
        self.names: tuple[str, ...] = ()
        self.phones: set[str] | None = None
        self.matched_by = ""
        self.held = False


class Joiner:
    """Joins drafts. `reasons` collects the reasons that joining changes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.reasons: dict[Place, str] = {}
        self.enterprises: list[Record] = []
        self.persons: list[Record] = []
        self.of_draft: dict[int, Record | None] = {}  # by position
        self.people_of: dict[int, list[tuple[Record, str, Place]]] = {}
        self._codes: dict[str, Record] = {}
        self._lines = ""  # all names, one a line, while short ones are looked for
        self._names: dict[str, list[Record]] = {}
        self._documents: dict[str, Record] = {}
        self._in_firm: dict[tuple[int, str], list[Record]] = {}
        self._in_role: dict[tuple[int, str], dict[int, Record]] = {}

    # Enterprises -------------------------------------------------------------------------------------------------

    def join(self, drafts: Sequence[Draft]) -> None:
        """Matches all rows, then fills the records in the order of the workbook."""
        at = {id(d): i for i, d in enumerate(drafts)}
        identities = [_identity(d) for d in drafts]
        for i, draft in enumerate(drafts):
            if draft.above is None and identities[i][0]:
                self.of_draft[i] = self._by_code(draft, *identities[i])
        short = []
        for i, draft in enumerate(drafts):
            code, names = identities[i]
            if draft.above is not None or code or not (draft.enterprise or draft.inherited):
                continue
            if names and name_key(names[0]) not in self._names and not looks_like_company(names[0]):
                short.append(i)
                continue
            self.of_draft[i] = self._by_name(draft, names)
        if short:
            self._lines = "".join(f"{name}\n" for name in self._names)
            for i, record in self.of_draft.items():
                if record is not None:
                    record.phones = (record.phones or set()) | _phones(drafts[i])
        for i in short:
            self.of_draft[i] = self._by_short_name(drafts[i], identities[i][1])
        for i, draft in enumerate(drafts):
            if draft.above is not None:
                self.of_draft[i] = self.of_draft.get(at[id(draft.above)])
        self._fill(drafts)

    def _by_code(self, draft: Draft, code: str, names: list[str]) -> Record | None:
        record = self._codes.get(code)
        if record is not None:
            record.matched_by = record.matched_by or "uscc"
            self._register(record, names)
            return record
        if any(r.number != code for n in names for r in self._names.get(name_key(n), ())):
            return self._ask_row(draft, "same-name", None, code)
        return self._new(names, code)

    def _by_name(self, draft: Draft, names: list[str]) -> Record | None:
        known: list[Record] = []
        for name in names:
            key = name_key(name)
            for record in self._names.get(key, ()) or self._names.get(loose_key(key), ()):
                if record not in known:
                    known.append(record)
        if len(known) == 1:
            known[0].matched_by = known[0].matched_by or _how(known[0], names)
            self._register(known[0], names)
            return known[0]
        if known:
            return self._ask_row(draft, "same-name", None, "")
        record = self._new(names, "")
        numbered = any(f.kind in ("uscc", "registration_number") and f.state in _GOOD for f in draft.enterprise)
        record.held = not names and not numbered
        return record

    def _by_short_name(self, draft: Draft, names: list[str]) -> Record | None:
        key = name_key(names[0])
        if self._names.get(key):
            return self._by_name(draft, names)
        found = self._containing(core_of(names[0]))
        whole = [r for r in found if not any(is_branch(n) for n in r.names)] or found
        if len(whole) != 1:
            return self._new(names, "")
        record = whole[0]
        if record.phones and record.phones & _phones(draft):
            record.matched_by = record.matched_by or "company_name"
            self._rename(draft, "short_name", "intake.imported.alias")
            return record
        return self._ask_row(draft, "maybe-same", record, "")

    def _containing(self, core: str) -> list[Record]:
        """The enterprises whose names contain a shortened one; enough of them to know whether it is one."""
        found: list[Record] = []
        at = self._lines.find(core) if len(core) >= 2 else -1
        while at >= 0 and len(found) < 20:
            end = self._lines.index("\n", at)
            name = self._lines[self._lines.rfind("\n", 0, at) + 1 : end]
            found += [r for r in self._names[name] if r not in found]
            at = self._lines.find(core, end)
        return found

    def _ask_row(self, draft: Draft, question: str, known: Record | None, code: str) -> Record | None:
        """Asks about all cells of the enterprise in a row."""
        choice = ""
        places = dict.fromkeys(f.place for f in draft.enterprise)
        sample = next((f.value for f in draft.enterprise if f.kind in _NAMES), "")
        for place in places:
            choice = self.desk.ask(question, place, sample=sample)
        if choice == "same" and known is not None:
            self._rename(draft, "short_name", "intake.imported.alias")
            return known
        if choice == "skip":
            draft.enterprise.clear()
            self.reasons.update(dict.fromkeys(places, "intake.skipped.answered"))
            return None
        names = [f.value for f in draft.enterprise if f.kind in _NAMES]
        if choice == "separate":
            return self._new(names, code)
        record = self._new([], code)
        record.held = True
        reason = f"intake.asked.{question}"
        draft.enterprise[:] = [f._replace(state=State.HELD, reason=reason) for f in draft.enterprise]
        self.reasons.update(dict.fromkeys(places, reason))
        return record

    def _rename(self, draft: Draft, kind: str, reason: str) -> None:
        """The row's name becomes another name of the enterprise it was recognised as."""
        for i, value in enumerate(draft.enterprise):
            if value.kind == "company_name":
                draft.enterprise[i] = value._replace(kind=kind, reason=reason)
                self.reasons[value.place] = reason

    def _new(self, names: list[str], code: str) -> Record:
        record = Record(f"e{len(self.enterprises) + 1}", code)
        self.enterprises.append(record)
        if code:
            self._codes[code] = record
        self._register(record, names)
        return record

    def _register(self, record: Record, names: list[str]) -> None:
        for name in names:
            key = name_key(name)
            if key and key not in record.names:
                record.names += (key,)
                self._names.setdefault(key, []).append(record)
                loose = loose_key(key)
                if loose != key and loose not in self._names:
                    self._names[loose] = [record]

    # Filling -----------------------------------------------------------------------------------------------------

    def _fill(self, drafts: Sequence[Draft]) -> None:
        later: list[tuple[int, int, str, list[FieldValue]]] = []
        for i, draft in enumerate(drafts):
            record = self.of_draft.get(i)
            if record is not None:
                record.rows.append(draft.place)
                if draft.tags:
                    record.tags = tuple(dict.fromkeys((*record.tags, *draft.tags)))
                self._add_all(record, draft.enterprise, firm=True)
            firm = id(record) if record is not None else -1 - i
            for subject, values in draft.people.items():
                later.append((i, firm, subject, values))
        self._people(drafts, later)
        if self.reasons:
            self._settle_split()

    def _settle_split(self) -> None:
        """Several values of one cell share its outcome: while one is asked none is stored; one stored is enough."""
        for record in (*self.enterprises, *self.persons):
            for at, value in enumerate(record.fields):
                if value[8] != SPLIT or value[1] not in _GOOD:
                    continue
                reason = self.reasons.get(value.place, SPLIT)
                if reason.startswith("intake.asked."):
                    record.fields[at] = value._replace(state=State.HELD, reason=reason)
                elif reason.startswith("intake.skipped."):
                    self.reasons[value.place] = SPLIT

    def _add_all(self, record: Record, values: list[FieldValue], *, firm: bool = False) -> None:
        if not record.fields and len({v[0] for v in values}) == len(values):
            record.fields = values[:]  # one value of each kind: nothing to compare yet
            return
        if record.single is None:
            record.single = {}
            for at, known in enumerate(record.fields):
                if known.state is State.HELD:
                    continue
                if known.kind in MANY:
                    record.many.setdefault(_sign(known), known.place)
                else:
                    record.single.setdefault(known.kind, at)
        for value in values:
            self._add(record, record.single, value, firm=firm)

    def _add(self, record: Record, single: dict[str, int], value: FieldValue, *, firm: bool) -> None:
        """Adds one value under the survivor rule."""
        kind = value.kind
        if value.state is State.HELD:
            record.fields.append(value)
            return
        if firm and kind == "company_name":
            changed = self._company_name(record, single, value)
            if changed is None:
                return
            value, kind = changed, changed.kind
        if kind in MANY:
            self._add_to_many(record, value)
            return
        at = single.get(kind)
        if at is None:
            single[kind] = len(record.fields)
            record.fields.append(value)
            return
        known = record.fields[at]
        if known.place == value.place:
            return
        if value.state is State.DAMAGED:
            if known.state is State.DAMAGED or known.state in _GOOD:
                return
        elif known.state is State.DAMAGED or (known.state is State.VERIFY and value.state is State.READY):
            record.fields[at] = value
            if known.state is State.VERIFY and known.value != value.value:
                self.reasons[known.place] = "intake.skipped.other-kept"
        elif _equal(kind, known.value, value.value):
            self._same(value)
        elif value.state is State.VERIFY and known.state is State.READY:
            self.reasons[value.place] = "intake.skipped.other-kept"
        else:
            self._conflict(record, at, value)

    def _add_to_many(self, record: Record, value: FieldValue) -> None:
        known = record.many.setdefault(_sign(value), value.place)
        if known is value.place:
            record.fields.append(value)
        elif known != value.place:
            self._same(value)

    def _same(self, value: FieldValue) -> None:
        if value.reason != SPLIT:
            self.reasons[value.place] = "intake.imported.same"

    def _conflict(self, record: Record, at: int, value: FieldValue) -> None:
        known = record.fields[at]
        sample = masked(value.kind, value.value)
        choice = self.desk.ask(f"conflict:{value.kind}", value.place, sample=sample)
        if choice == "last":
            record.fields[at] = value
            self.reasons[known.place] = "intake.skipped.other-kept"
        elif choice:
            self.reasons[value.place] = "intake.skipped.other-kept" if choice == "first" else "intake.skipped.answered"
        else:
            record.fields.append(value._replace(state=State.HELD, reason="intake.asked.conflict"))
            self.reasons[value.place] = "intake.asked.conflict"

    def _company_name(self, record: Record, single: dict[str, int], value: FieldValue) -> FieldValue | None:
        """A second name of one enterprise: the same, another spelling, a former one, or a question."""
        at = single.get("company_name")
        if at is None or record.fields[at].place == value.place:
            return value
        known = record.fields[at]
        key, known_key = name_key(value.value), name_key(known.value)
        if key == known_key:
            if value.value == known.value:
                return value
            self._same(value)
            return None
        if loose_key(key) == loose_key(known_key):
            self.reasons[value.place] = "intake.imported.alias"
            return value._replace(kind="short_name", reason="intake.imported.alias")
        if ("former_name", key) in record.many or ("short_name", key) in record.many:
            self._same(value)
            return None
        core = core_of(value.value)
        if len(core) >= 2 and core in known_key and not looks_like_company(value.value):
            self.reasons[value.place] = "intake.imported.alias"
            return value._replace(kind="short_name", reason="intake.imported.alias")
        return self._other_name(record, single, value)

    def _other_name(self, record: Record, single: dict[str, int], value: FieldValue) -> FieldValue | None:
        at = single["company_name"]
        choice = self.desk.ask("name-differs", value.place, sample=value.value)
        if choice == "last":
            record.fields[at] = record.fields[at]._replace(kind="former_name")
            record.many.setdefault(("former_name", name_key(record.fields[at].value)), record.fields[at].place)
            single["company_name"] = len(record.fields)
            record.fields.append(value)
        elif choice:
            self.reasons[value.place] = "intake.skipped.other-kept" if choice == "first" else "intake.skipped.answered"
        else:
            record.fields.append(value._replace(state=State.HELD, reason="intake.asked.name-differs"))
            self.reasons[value.place] = "intake.asked.name-differs"
        return None

    # Persons -----------------------------------------------------------------------------------------------------

    def _people(self, drafts: Sequence[Draft], groups: list[tuple[int, int, str, list[FieldValue]]]) -> None:
        found: list[Record | None] = [None] * len(groups)
        signs = [_signs(values) for _, _, _, values in groups]
        for n, (document, key) in enumerate(signs):
            if document:
                found[n] = self._by_document(document, groups[n][1], key)
        for n, (document, key) in enumerate(signs):
            if key and not document:
                found[n] = self._by_person_name(groups[n][1], key)
        for n, record in enumerate(found):
            if record is None:
                found[n] = self._by_role(groups, found, n)
        for n, (i, _, subject, values) in enumerate(groups):
            record = found[n]
            if record is None:
                continue
            place = drafts[i].place
            if not record.rows or record.rows[-1] is not place:
                record.rows.append(place)
            self._add_all(record, values)
            if i in self.people_of:
                self.people_of[i].append((record, _role(subject), values[0][9]))
            else:
                self.people_of[i] = [(record, _role(subject), values[0][9])]

    def _by_document(self, document: str, firm: int, key: str) -> Record:
        record = self._documents.get(document)
        if record is None:
            record = self._documents[document] = self._person(document)
        if key:
            known = self._in_firm.setdefault((firm, key), [])
            if record not in known:
                known.append(record)
        return record

    def _by_person_name(self, firm: int, key: str) -> Record:
        known = self._in_firm.setdefault((firm, key), [])
        if len(known) == 1:
            return known[0]
        record = self._person("")
        known.append(record)
        return record

    def _by_role(
        self, groups: list[tuple[int, int, str, list[FieldValue]]], found: list[Record | None], n: int
    ) -> Record:
        """Values without a name or number belong to the only person of that role in the enterprise, if there is one."""
        _, firm, subject, values = groups[n]
        if not self._in_role:
            for (_, other, role, _), record in zip(groups, found, strict=True):
                if record is not None:
                    self._in_role.setdefault((other, _role(role)), {})[id(record)] = record
        if all(v.state is State.HELD for v in values):
            record = self._person("")
            record.held = True
            return record
        known = self._in_role.get((firm, _role(subject)), {})
        if len(known) == 1:
            return next(iter(known.values()))
        return self._person("")

    def _person(self, document: str) -> Record:
        record = Record(f"p{len(self.persons) + 1}", document)
        self.persons.append(record)
        return record


def _identity(draft: Draft) -> tuple[str, list[str]]:
    """The code of a row's enterprise ("" without a good one), and its names, the main one first."""
    code, names = "", []
    for value in (*draft.enterprise, *draft.inherited) if draft.inherited else draft.enterprise:
        kind = value[0]
        if kind == "uscc":
            if not code and value[1] is State.READY:
                code = value[2]
        elif kind in _NAMES and value[1] in _GOOD:
            names.append(value[2])
    return code, names


def _how(record: Record, names: list[str]) -> str:
    former = {name_key(f.value) for f in record.fields if f.kind == "former_name"}
    return "former_name" if name_key(names[0]) in former else "company_name"


def _phones(draft: Draft) -> set[str]:
    values = [*draft.enterprise, *(v for people in draft.people.values() for v in people)]
    return {v.value for v in values if v.kind in _PHONES and v.state in _GOOD}


def _signs(values: list[FieldValue]) -> tuple[str, str]:
    """The document number and the name key by which a person is recognised; "" for what a row does not say."""
    document = name = ""
    for value in values:
        kind = value[0]
        if kind == "name":
            if not name and value[1] in _GOOD:
                name = value[2]
        elif kind in _DOCUMENTS and not document and value[1] is State.READY:
            document = value[2]
    return document, person_key(name) if name else ""


def _role(subject: str) -> str:
    return subject if subject.isalpha() else subject.partition("#")[0].partition("/")[0]


def _sign(value: FieldValue) -> tuple[str, str]:
    """What two equal values of a kind of which several are kept have in common."""
    if value.kind in _NAMES:
        return value.kind, name_key(value.value)
    return value.kind, "".join(value.value.split()).casefold()


def _equal(kind: str, one: str, other: str) -> bool:
    if one == other:
        return True
    if kind in ("company_name", "former_name", "short_name"):
        return name_key(one) == name_key(other)
    if len(one) > 400 or len(other) > 400:
        return False
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def records(joiner: Joiner) -> tuple[tuple[EnterpriseRecord, ...], tuple[PersonRecord, ...], tuple[Relation, ...]]:
    """What was joined, as the plan holds it."""
    enterprises = tuple(
        [
            _new(EnterpriseRecord, (r.key, tuple(r.fields), r.tags, tuple(r.rows), r.matched_by, r.held))
            for r in joiner.enterprises
        ]
    )
    persons = tuple([_new(PersonRecord, (r.key, tuple(r.fields), tuple(r.rows), r.held)) for r in joiner.persons])
    relations: dict[tuple[str, str, str], Relation] = {}
    for i, people in joiner.people_of.items():
        firm = joiner.of_draft.get(i)
        key = firm.key if firm is not None else ""
        for record, role, place in people:
            one = (key, record.key, role)
            if one not in relations:
                relations[one] = _new(Relation, (*one, place))
    return enterprises, persons, tuple(relations.values())
