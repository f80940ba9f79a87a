"""The story's matter as it stands after nine days: the change of 示例·青禾 that README and tour tell.

Invited, agreed, consented, handed in, verified, shared, filed, returned by the registry and filed again; a seal and a
licence were handed over; a question was asked and answered, a right is being exercised. Everybody acts for himself,
through acts alone; `at` lies in the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from fengni.apps.agreements import services as agreements
from fengni.apps.cases import services as cases
from fengni.apps.matters import services
from fengni.apps.vault import services as vault
from fengni.core.access.actor import Actor
from fengni.demo import specimens
from fengni.demo.guests import Visitor, come_in, items_of
from fengni.demo.loading import File
from fengni.demo.people import person

NUMBER: Final = 117
PARTNERS: Final = (
    ("示例·信达会计", "王简", "15400009001"),
    ("示例·安居地址托管", "许家宁", "15400009002"),
    ("示例·诚达跑腿", "孟快", "15400009003"),
)
_DAYS: Final = 9


@dataclass(frozen=True, slots=True)
class Telling:
    """What the chapters below need: who acts, the file, the matter and its first day."""

    chen: Actor
    lead: Actor
    officer: Actor
    client_id: UUID
    persons: tuple[UUID, ...]
    matter_id: UUID
    first: datetime

    def on(self, day: int, hour: float = 0) -> datetime:
        """An instant of the story."""
        return self.first + timedelta(days=day, hours=hour)


def load_partners(*, at: datetime, lead: Actor) -> tuple[UUID, ...]:
    """Three partners; the first two accepted their agreement, the third was never invited."""
    day, known = at - timedelta(days=40), []
    for place, (name, contact, mobile) in enumerate(PARTNERS):
        partner = agreements.add_partner(actor=lead, at=day, name=name, contact=contact, mobile=mobile).value
        known.append(partner)
        if place < 2:
            made = agreements.invite_partner(
                actor=lead, at=day, partner_id=partner, expires_at=day + timedelta(days=14)
            ).value
            come_in(lead, guest_id=made.guest_id, link_id=made.link_id, kind="partner", at=day + _LATER).agree(
                day + _LATER
            )
    return tuple(known)


_LATER: Final = timedelta(hours=2)


def load(*, at: datetime, team: dict[str, Actor], file: File, partners: tuple[UUID, ...]) -> UUID:
    """Tell the story up to today; returns the matter. `file` is the client with its persons, in their order."""
    chen, client_id, persons = team["chen"], *file
    first = at - timedelta(days=_DAYS)
    opened = services.open_matter(
        actor=chen, at=first, client_id=client_id, types=("LEGAL", "ADDR"), region="cross",
        counted_from=timezone.localdate(first + timedelta(days=14)),
        people={"new_legal_representative": (persons[1],), "shareholder": (persons[0], *persons[2:4])},
        number=f"M-{timezone.localtime(first).year}-{NUMBER:04d}",
    ).value  # fmt: skip
    told = Telling(chen, team["zhou"], team["su"], client_id, persons, opened.matter_id, first)
    visitors = _invite(told)
    _hand_in(told, visitors[1])
    _share(told, partners, visitors[1])
    _keep_originals(told, visitors[0])
    _file(told)
    _ask(told, visitors)
    return told.matter_id


def _invite(told: Telling) -> list[Visitor]:
    """Four links, four codes, four consents; the agreement is accepted for the company once."""
    visitors = []
    for turn, person_id in enumerate(told.persons[:4]):
        made = services.invite_person(
            actor=told.chen, at=told.on(0, 2), matter_id=told.matter_id, person_id=person_id
        ).value
        at = told.on(1, turn * 1.5)
        who = come_in(told.chen, guest_id=made.guest_id, link_id=made.link_id, kind="client", at=at)
        who.agree(at + timedelta(minutes=2))
        who.consent(told.matter_id, at + timedelta(minutes=3))
        visitors.append(who)
    return visitors


def _hand_in(told: Telling, new: Visitor) -> None:
    """The new representative takes two pictures and types the fields; the agent adds the papers and verifies."""
    rows = items_of(told.chen, told.matter_id, told.first)
    cards = {"id_front": specimens.card_front(person(2)), "id_back": specimens.card_back()}
    for row in rows:
        kind, item = row.asked.material, row.row.id
        if kind in cards:
            new.hand_in(item, cards[kind], told.on(1, 2))
        elif kind == "resolution":
            paper = vault.upload_material(
                actor=told.chen, at=told.on(2), client_id=told.client_id, subject_id=None, kind=kind,
                content=specimens.paper("股东会决议"), matter_id=told.matter_id,
            ).value  # fmt: skip
            services.receive_item(actor=told.chen, at=told.on(2), item_id=item, material_id=paper.material_id)
        elif kind:
            services.receive_item(actor=told.chen, at=told.on(2), item_id=item, on_paper=True)
        elif row.row.state == "wanted":
            known = person(2)
            values = {"name": known.name, "id_number": known.id_number, "id_valid_until": "2036-05-01"}
            services.provide_fields(actor=new.actor, at=told.on(1, 2.1), item_id=item, fields=values)
    for row in rows:
        services.claim_item(actor=told.chen, at=told.on(2, 3), item_id=row.row.id)
        services.accept_item(actor=told.chen, at=told.on(2, 3.1), item_id=row.row.id)


def _keep_originals(told: Telling, former: Visitor) -> None:
    """The former representative brings the old licence and the seal; the licence goes back to the registry."""
    by, from_former = told.chen, told.persons[0]
    services.take_original(
        actor=by, at=told.on(2, 4), matter_id=told.matter_id, code="seal_company", person_id=from_former, on_paper=True
    )
    licence = services.take_original(
        actor=by, at=told.on(2, 4.1), matter_id=told.matter_id, code="licence_original", person_id=from_former
    ).value
    services.confirm_original(actor=former.actor, at=told.on(2, 6), original_id=licence)
    services.give_original(actor=by, at=told.on(4, 0.1), original_id=licence)


def _share(told: Telling, partners: tuple[UUID, ...], asked: Visitor) -> None:
    """Once the new representative agreed, the accountant gets four fields and looks; the address service gets three and
    has not come yet."""
    new = told.persons[1]
    company = [(told.client_id, kind) for kind in ("company_name", "uscc", "registered_address")]
    plans = (
        (partners[0], "purpose.accounting", [*company, (new, "name")]),
        (partners[1], "purpose.address_service", [*company[:2], (new, "name")]),
    )
    prepared = [
        agreements.prepare_share(
            actor=told.chen, at=told.on(3), client_id=told.client_id, matter_id=told.matter_id, partner_id=partner,
            purpose=purpose, selection=selection, until=told.on(30),
        ).value
        for partner, purpose, selection in plans
    ]  # fmt: skip
    asked.consent(told.matter_id, told.on(3, 0.05))
    for (partner, purpose, _), share in zip(plans, prepared, strict=True):
        sent = agreements.send_share(actor=told.chen, at=told.on(3, 0.1), share_id=share).value
        if partner != partners[0]:
            continue
        guest = come_in(told.chen, guest_id=sent.guest_id, link_id=sent.link_id, kind="partner", at=told.on(3, 4))
        for subject, kinds in ((told.client_id, ("company_name", "uscc")), (new, ("name",))):
            agreements.view_share(
                actor=guest.actor, at=told.on(3, 4.1), share_id=share, subject_id=subject, kinds=kinds, purpose=purpose
            )


def _file(told: Telling) -> None:
    """Filed on day 4, returned on day 6 for one digit, found unseen, filed again on day 7."""
    new = told.persons[1]
    vault.reveal_field(
        actor=told.chen, at=told.on(4), client_id=told.client_id, subject_id=new, kind="id_number",
        purpose="purpose.change_registration", reason="登记系统录入",
    )  # fmt: skip
    services.submit_filing(
        actor=told.chen, at=told.on(4, 0.2), matter_id=told.matter_id, receipt_number="示例登字117-0001"
    )
    services.return_filing(
        actor=told.chen, at=told.on(6), matter_id=told.matter_id, code="content_mismatch",
        reason="决议与申请书的号码不一致",
    )  # fmt: skip
    resolution = next(
        row.row.id for row in items_of(told.chen, told.matter_id, told.on(6)) if row.row.code == "resolution"
    )
    services.claim_item(actor=told.chen, at=told.on(6, 1), item_id=resolution)
    number = person(2).id_number
    services.compare_item(
        actor=told.chen, at=told.on(6, 1.1), item_id=resolution, person_id=new, kind="id_number",
        purpose="purpose.verify_identity", given=number[:12] + number[13] + number[12] + number[14:],
    )  # fmt: skip
    services.accept_item(actor=told.chen, at=told.on(6, 1.2), item_id=resolution)
    services.submit_filing(actor=told.chen, at=told.on(7), matter_id=told.matter_id, receipt_number="示例登字117-0002")


def _ask(told: Telling, visitors: list[Visitor]) -> None:
    """One question was asked and answered; one shareholder wants to see what is kept."""
    seen = vault.reveal_field(
        actor=told.lead, at=told.on(5), client_id=told.client_id, subject_id=told.persons[1], kind="mobile",
        purpose="purpose.contact_client", reason="确认领照时间",
    )  # fmt: skip
    asked = cases.raise_question(
        actor=visitors[1].actor, at=told.on(5, 3), entry_id=seen.entry_id, reason="这位是谁？为什么看我的手机号？"
    ).value
    cases.answer_question(
        actor=told.officer, at=told.on(5, 5), case_id=asked, verdict="in_order",
        reason="周予安是本事项的主管，致电与您约定领取营业执照的时间。",
    )  # fmt: skip
    cases.raise_right(actor=visitors[0].actor, at=told.on(7, 2), right="access")
