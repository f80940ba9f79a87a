"""Every address of the product × every role × another tenant: nobody gets more than the role holds, and nothing breaks.

`ROUTES` is the inventory. An address that is not in it fails `test_every_address_is_in_the_inventory`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fengni.apps.accounts import services as accounts
from fengni.apps.accounts.models import Member
from fengni.apps.common.tenancy import tenant
from fengni.apps.ledger import sealer
from fengni.apps.matters.services import take_original
from fengni.apps.parties import services as parties
from fengni.core import fictitious
from fengni.core.access.actor import STAFF_ROLES, Actor
from tests.apps.guests.inviting import invite, pass_hold
from tests.apps.matters.making import open_matter
from tests.apps.vault.files import make_client, make_person
from tests.cast import Cast, assemble, hire, now
from tests.web.browsing import signed_in

STAFF = STAFF_ROLES  # everybody with an account
HANDLERS = frozenset({"owner", "lead", "agent"})
SCOPE = frozenset({"owner", "lead", "agent", "dpo", "auditor"})  # the agent has been handed the file
READERS = frozenset({"owner", "lead", "dpo", "auditor", "security"})
KEEPERS = frozenset({"owner", "admin"})
CANARIES = {"name": "陆知衡", "id_number": fictitious.id_number("19880229", 21), "mobile": fictitious.mobile(1)}
COMPANY = "示例·青禾1号智造有限公司"


@dataclass(frozen=True)
class Route:
    """Who gets another answer than a refusal; None where it depends on more than the role. `post`: how it is called.

    `portal`: a page of guests, where staff are nobody, whatever their role.
    """

    roles: frozenset[str] | None = STAFF
    post: bool = False
    ends_session: bool = False
    portal: bool = False


GET, POST = Route(), Route(post=True)
DEPENDS, POST_DEPENDS = Route(None), Route(None, post=True)
PORTAL, PORTAL_POST = Route(frozenset(), portal=True), Route(frozenset(), post=True, portal=True)
ROUTES: dict[str, Route] = {
    "": GET,
    "language/": Route(None, post=True),
    "purpose/": POST,
    "samples/messy/": GET,
    "samples/large/": GET,
    "sign-in/login/": GET,
    "sign-in/logout/": Route(post=True, ends_session=True),
    "sign-in/inactive/": GET,
    "sign-in/reauthenticate/": GET,
    "sign-in/password/change/": GET,
    "accounts/": GET,
    "accounts/authenticate/": GET,
    "accounts/reauthenticate/": DEPENDS,
    "accounts/totp/activate/": GET,
    "accounts/totp/deactivate/": DEPENDS,
    "accounts/recovery-codes/": DEPENDS,
    "accounts/recovery-codes/generate/": DEPENDS,
    "accounts/recovery-codes/download/": DEPENDS,
    "accounts/webauthn/": GET,
    "accounts/webauthn/add/": GET,
    "accounts/webauthn/reauthenticate/": DEPENDS,
    "accounts/webauthn/keys/<int:pk>/remove/": DEPENDS,
    "accounts/webauthn/keys/<int:pk>/edit/": DEPENDS,
    "accounts/webauthn/login/": DEPENDS,
    "clients/": GET,
    "clients/persons/": GET,
    "clients/new/": Route(HANDLERS),
    "clients/search/": GET,
    "clients/passwords/": Route(frozenset({"owner"})),
    "clients/export/<slug:what>/": Route(HANDLERS | {"dpo"}, post=True),
    "clients/<uuid:client_id>/": Route(SCOPE),
    "clients/<uuid:client_id>/documents/": Route(SCOPE),
    "clients/<uuid:client_id>/documents/<uuid:material_id>/original/": Route(None),
    "clients/<uuid:client_id>/documents/<uuid:material_id>/openings/<uuid:opening_id>/": Route(None),
    "clients/<uuid:client_id>/passwords/discard/": Route(None, post=True),
    "clients/<uuid:client_id>/assign/": Route(frozenset({"owner", "lead"}), post=True),
    "clients/<uuid:client_id>/unassign/": Route(None, post=True),
    "clients/<uuid:client_id>/persons/new/": Route(HANDLERS),
    "clients/<uuid:client_id>/persons/<uuid:person_id>/": Route(SCOPE),
    "clients/<uuid:client_id>/persons/<uuid:person_id>/history/": Route(SCOPE),
    "clients/<uuid:client_id>/persons/<uuid:person_id>/receipt/": Route(HANDLERS | {"dpo"}, post=True),
    "clients/<uuid:client_id>/<uuid:subject_id>/<slug:kind>/reveal/": Route(HANDLERS | {"dpo"}),
    "clients/<uuid:client_id>/<uuid:subject_id>/<slug:kind>/replace/": Route(HANDLERS),
    "approvals/": GET,
    "approvals/ask/<str:act>/<uuid:resource_id>/": DEPENDS,
    "approvals/<uuid:request_id>/give/": POST_DEPENDS,
    "approvals/<uuid:request_id>/refuse/": POST_DEPENDS,
    "reach/": GET,
    "reach/export/": GET,
    "reach/find/": POST_DEPENDS,
    "reach/alarm/": Route(frozenset({"owner", "dpo"}), post=True),
    "reach/clients/<uuid:client_id>/ask/": Route(frozenset({"agent", "security"})),
    "reach/clients/<uuid:client_id>/break/": Route(frozenset({"agent", "security"})),
    "reach/requests/<uuid:request_id>/": DEPENDS,
    "reach/requests/<uuid:request_id>/give/": POST_DEPENDS,
    "reach/requests/<uuid:request_id>/refuse/": POST_DEPENDS,
    "reach/requests/<uuid:request_id>/end/": POST_DEPENDS,
    "reach/emergencies/<uuid:emergency_id>/": DEPENDS,
    "reach/emergencies/<uuid:emergency_id>/review/": POST_DEPENDS,
    "agreements/": GET,
    "agreements/export/": GET,
    "agreements/partners/new/": Route(None),
    "agreements/partners/<uuid:partner_id>/": DEPENDS,
    "agreements/partners/<uuid:partner_id>/edit/": DEPENDS,
    "agreements/partners/<uuid:partner_id>/invite/": POST_DEPENDS,
    "agreements/partners/<uuid:partner_id>/assess/": DEPENDS,
    "agreements/partners/<uuid:partner_id>/end/": POST_DEPENDS,
    "agreements/<uuid:agreement_id>/end/": POST_DEPENDS,
    "agreements/<uuid:agreement_id>/agreement.pdf": DEPENDS,
    "agreements/my/<uuid:agreement_id>/agreement.pdf": PORTAL,
    "agreements/offer/<uuid:client_id>/<uuid:matter_id>/": Route(HANDLERS, post=True),
    "agreements/shares/new/<uuid:client_id>/<uuid:matter_id>/": Route(SCOPE),
    "agreements/shares/<uuid:share_id>/": DEPENDS,
    "agreements/shares/<uuid:share_id>/send/": POST_DEPENDS,
    "agreements/shares/<uuid:share_id>/recall/": POST_DEPENDS,
    "agreements/my/": PORTAL,
    "agreements/my/<uuid:agreement_id>/": PORTAL,
    "agreements/room/": PORTAL,
    "agreements/room/<uuid:share_id>/<uuid:subject_id>/": PORTAL_POST,
    "agreements/room/<uuid:share_id>/page/<uuid:material_id>/<int:page>/": PORTAL_POST,
    "disposals/": Route(READERS - {"security"}),
    "disposals/calendar/": Route(READERS - {"security"}),
    "disposals/calendar/export/": Route(READERS - {"security"}),
    "disposals/clients/<uuid:client_id>/": Route(READERS - {"security"}),
    "disposals/clients/<uuid:client_id>/hold/": POST_DEPENDS,
    "disposals/clients/<uuid:client_id>/<uuid:subject_id>/<slug:kind>/sealed/": DEPENDS,
    "disposals/<uuid:disposal_id>/": DEPENDS,
    "disposals/<uuid:disposal_id>/approve/": POST_DEPENDS,
    "disposals/<uuid:disposal_id>/run/": POST_DEPENDS,
    "disposals/<uuid:disposal_id>/withdraw/": POST_DEPENDS,
    "disposals/<uuid:disposal_id>/certify/": POST_DEPENDS,
    "disposals/<uuid:disposal_id>/certificate.json": DEPENDS,
    "disposals/<uuid:disposal_id>/certificate.pdf": DEPENDS,
    "disposals/<uuid:disposal_id>/try/": POST_DEPENDS,
    "rotations/": Route(READERS | {"admin"}),
    "rotations/progress/": Route(READERS | {"admin"}),
    "rotations/export/": Route(READERS | {"admin"}),
    "rotations/begin/": POST_DEPENDS,
    "rotations/<uuid:rotation_id>/step/": POST_DEPENDS,
    "rotations/<uuid:rotation_id>/finish/": POST_DEPENDS,
    "imports/": DEPENDS,
    "imports/upload/": POST_DEPENDS,
    "imports/folders/": DEPENDS,
    "imports/folders/<uuid:folder_id>/": DEPENDS,
    "imports/folders/<uuid:folder_id>/progress/": DEPENDS,
    "imports/folders/<uuid:folder_id>/report/": DEPENDS,
    "imports/folders/<uuid:folder_id>/<int:number>/choose/": POST_DEPENDS,
    "imports/folders/<uuid:folder_id>/<int:number>/look/": POST_DEPENDS,
    "imports/folders/<uuid:folder_id>/<slug:what>/": POST_DEPENDS,
    "imports/<uuid:job_id>/": DEPENDS,
    "imports/<uuid:job_id>/columns/": DEPENDS,
    "imports/<uuid:job_id>/rows/": DEPENDS,
    "imports/<uuid:job_id>/done/": DEPENDS,
    "imports/<uuid:job_id>/progress/<slug:screen>/": DEPENDS,
    "imports/<uuid:job_id>/answer/": POST_DEPENDS,
    "imports/<uuid:job_id>/unlock/": POST_DEPENDS,
    "imports/<uuid:job_id>/confirm/": POST_DEPENDS,
    "imports/<uuid:job_id>/cancel/": POST_DEPENDS,
    "imports/<uuid:job_id>/undo/": POST_DEPENDS,
    "cases/": GET,
    "cases/<uuid:case_id>/": DEPENDS,
    "cases/<uuid:case_id>/answer/": POST_DEPENDS,
    "cases/<uuid:case_id>/propose/": POST_DEPENDS,
    "cases/record/<uuid:client_id>/<uuid:person_id>/": Route(HANDLERS | {"dpo"}),
    "cases/naming/": Route(frozenset({"owner"}), post=True),
    "cases/my/closed/": PORTAL,
    "cases/vouchers/<uuid:matter_id>/<uuid:person_id>/": Route(HANDLERS | {"dpo"}, post=True),
    "cases/my/voucher/<uuid:matter_id>/": PORTAL_POST,
    "cases/my/seen/": PORTAL,
    "cases/my/seen/<uuid:entry_id>/ask/": PORTAL,
    "cases/my/where/": PORTAL,
    "cases/my/receipt/": PORTAL,
    "cases/my/receipt/file/": PORTAL_POST,
    "cases/my/rights/": PORTAL,
    "cases/my/rights/held/<uuid:case_id>/": PORTAL,
    "cases/my/rights/certificate/<uuid:case_id>/": PORTAL,
    "cases/my/rights/copy/<uuid:case_id>/": PORTAL_POST,
    "cases/my/rights/<str:right>/": PORTAL,
    "cases/my/feedback/<uuid:matter_id>/": PORTAL,
    "cases/my/verify/": PORTAL,
    "cases/my/verify/verify.html": PORTAL,
    "p/<str:token>/": PORTAL,
    "p/<str:token>/code/": PORTAL,
    "p/<str:token>/phone/": PORTAL,
    "my/": PORTAL,
    "my/confirm/": PORTAL,
    "my/leave/": PORTAL_POST,
    "invitations/new/<uuid:client_id>/<uuid:person_id>/": Route(HANDLERS),
    "invitations/<uuid:link_id>/": Route(SCOPE),
    "invitations/<uuid:link_id>/read-out/": POST_DEPENDS,
    "invitations/<uuid:link_id>/recall/": Route(HANDLERS, post=True),
    "ledger/": GET,
    "ledger/checkpoint/": GET,
    "ledger/<int:sequence>/": Route(READERS),
    "ledger/<int:sequence>/proof/": Route(READERS),
    "matters/": GET,
    "matters/new/": Route(HANDLERS),
    "matters/my/": PORTAL,
    "matters/my/notice/": PORTAL,
    "matters/my/notice/<uuid:reading_id>/": PORTAL,
    "matters/my/items/<uuid:item_id>/": PORTAL,
    "matters/my/items/<uuid:item_id>/begin/": PORTAL_POST,
    "matters/my/items/<uuid:item_id>/<uuid:material_id>/drop/": PORTAL_POST,
    "matters/my/items/<uuid:item_id>/<uuid:material_id>/<int:position>/": PORTAL_POST,
    "matters/my/items/<uuid:item_id>/look/<int:page>/": PORTAL_POST,
    "matters/my/originals/<uuid:original_id>/confirm/": PORTAL_POST,
    "matters/desk/": Route(HANDLERS),
    "matters/desk/<uuid:item_id>/": Route(HANDLERS),
    "matters/desk/<uuid:item_id>/compare/": Route(HANDLERS, post=True),
    "matters/desk/<uuid:item_id>/picture/": Route(HANDLERS, post=True),
    "matters/desk/<uuid:item_id>/upload/": Route(HANDLERS, post=True),
    "matters/desk/<uuid:item_id>/<slug:verb>/": Route(HANDLERS, post=True),
    "matters/<uuid:matter_id>/": Route(SCOPE),
    "matters/<uuid:matter_id>/people/": Route(SCOPE),
    "matters/<uuid:matter_id>/told/<uuid:reading_id>/": DEPENDS,
    "matters/<uuid:matter_id>/documents/": Route(SCOPE),
    "matters/<uuid:matter_id>/sharing/": Route(SCOPE),
    "matters/<uuid:matter_id>/evidence/": Route(SCOPE),
    "matters/<uuid:matter_id>/filing/": Route(SCOPE),
    "matters/<uuid:matter_id>/filing/<slug:answer>/": Route(HANDLERS, post=True),
    "matters/<uuid:matter_id>/originals/": Route(SCOPE),
    "matters/<uuid:matter_id>/originals/<uuid:original_id>/give/": Route(HANDLERS, post=True),
    "matters/<uuid:matter_id>/papers/": Route(SCOPE),
    "matters/<uuid:matter_id>/papers/<slug:paper>/": Route(HANDLERS, post=True),
    "matters/<uuid:matter_id>/invite/<uuid:person_id>/": Route(HANDLERS, post=True),
    "matters/<uuid:matter_id>/contact/": Route(HANDLERS, post=True),
    "matters/<uuid:matter_id>/team/": Route(frozenset({"owner", "lead"}), post=True),
    "matters/<uuid:matter_id>/close/": Route(HANDLERS, post=True),
    "tokens/sheet/": Route(HANDLERS, post=True),
    "tokens/whose/": Route(READERS),
    "measures/": GET,
    "measures/verify/": Route(frozenset({"owner", "dpo", "auditor", "security"}), post=True),
    "measures/export/": GET,
    "measures/probe/": Route(frozenset({"owner", "dpo", "auditor", "security", "admin"}), post=True),
    "measures/house/": Route(SCOPE - {"agent"}),
    "measures/house/export/": Route(SCOPE - {"agent"}),
    "measures/policy/": GET,
    "measures/policy/draft/": POST_DEPENDS,
    "measures/policy/<uuid:policy_id>/approve/": POST_DEPENDS,
    "measures/policy/<uuid:policy_id>/read/": POST_DEPENDS,
    "measures/agents/": GET,
    "measures/agents/export/": GET,
    "measures/<slug:measure_id>/": GET,
    "people/": GET,
    "people/house/": GET,
    "people/invite/": Route(None, post=True),
    "people/accept/": GET,
    "people/sessions/": GET,
    "people/sessions/end/": POST_DEPENDS,
    "people/tokens/": POST,
    "people/tokens/<uuid:token_id>/revoke/": POST_DEPENDS,
    "people/<uuid:member_id>/reinvite/": Route(None, post=True),
    "people/<uuid:member_id>/roles/": Route(None, post=True),
    "people/<uuid:member_id>/deactivate/": Route(KEEPERS, post=True),
    "people/<uuid:member_id>/reset-factors/": Route(KEEPERS, post=True),
    "people/demo/": GET,
    "people/demo/<uuid:member_id>/": Route(None, post=True, ends_session=True),
}


@dataclass(frozen=True)
class Stage:
    """A small agency with one client file, one person in it, and ids to fill addresses with."""

    cast: Cast
    ids: dict[str, str]


@cache
def _addresses() -> tuple[str, ...]:
    def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    return tuple(walk(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def stage() -> Stage:
    cast = assemble()
    client = make_client(cast.owner)
    person = make_person(cast.owner, client, **CANARIES)
    parties.assign_client(actor=cast.owner, at=now(), client_id=client, member_id=cast.agent.id)
    link = invite(cast.owner, client, person).link_id
    pass_hold(cast.tenant_id, link)
    matter, item = open_matter(cast.agent, client, person)
    original = take_original(actor=cast.agent, at=now(), matter_id=matter, code="licence_copy").value
    sealer.seal_round(at=now())
    ids = {
        "client_id": str(client), "person_id": str(person), "subject_id": str(person), "kind": "id_number",
        "job_id": str(uuid4()), "screen": "check", "sequence": "1", "measure_id": "M04", "token_id": str(uuid4()),
        "pk": "1", "what": "persons", "token": "a" * 52, "link_id": str(link),
        "matter_id": str(matter), "item_id": str(item), "original_id": str(original), "verb": "release",
        "answer": "approve",
        "act": "vault:list:export", "resource_id": str(uuid4()), "request_id": str(uuid4()),
        "emergency_id": str(uuid4()),
        "partner_id": str(uuid4()), "agreement_id": str(uuid4()), "share_id": str(uuid4()), "page": "0",
        "material_id": str(uuid4()), "position": "0", "folder_id": str(uuid4()), "number": "1",
        "disposal_id": str(uuid4()), "rotation_id": str(uuid4()), "case_id": str(uuid4()),
        "entry_id": str(uuid4()), "right": "copy", "reading_id": str(uuid4()), "opening_id": str(uuid4()),
        "paper": "application",
        "policy_id": str(uuid4()),
    }  # fmt: skip
    return Stage(cast, ids)


def _filled(pattern: str, ids: dict[str, str]) -> str:
    parts = [ids[part.strip("<>").split(":")[-1]] if part.startswith("<") else part for part in pattern.split("/")]
    return "/" + "/".join(parts)


def _ask(client: Client, pattern: str, stage: Stage, member: UUID) -> tuple[int, str]:
    address = _filled(pattern, stage.ids | {"member_id": str(member)})
    body = {"member": str(member), "form": "csv", "label": "夜间导入", "name": "", "roles": []}
    answer = client.post(address, body) if ROUTES[pattern].post else client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, content.decode("utf-8", "replace")


def _actor(stage: Stage, role: str) -> Actor:
    actor: Actor = getattr(stage.cast, role)
    return actor


def test_every_address_is_in_the_inventory() -> None:
    assert {a for a in _addresses() if not a.startswith("api/")} == set(ROUTES)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_a_role_gets_what_it_holds_and_no_more(role: str, stage: Stage) -> None:
    actor = _actor(stage, role)
    client, wrong = signed_in(actor), []
    for pattern, route in ROUTES.items():
        member = hire(stage.cast.tenant_id, "agent", "高见微").id if "member_id" in pattern else stage.cast.colleague.id
        status, content = _ask(client, pattern, stage, member)
        opened = status in {200, 204, 302}
        if status >= 500 or (route.roles is not None and opened != (role in route.roles)):
            wrong.append((pattern, status))
        if CANARIES["id_number"] in content or CANARIES["mobile"] in content:
            wrong.append((pattern, "number in clear"))
        if role in {"security", "admin"} and (CANARIES["name"] in content or COMPANY in content):
            wrong.append((pattern, "client named"))
        if role in {"dpo", "auditor"} and CANARIES["name"] in content:
            wrong.append((pattern, "person named"))
        if route.ends_session:
            client = signed_in(actor)
    assert wrong == []


def test_another_tenant_learns_nothing(stage: Stage) -> None:
    client, wrong = signed_in(stage.cast.stranger), []
    for pattern, route in ROUTES.items():
        status, content = _ask(client, pattern, stage, stage.cast.colleague.id)
        if status >= 500:
            wrong.append((pattern, status))
        if any(word in content for word in (*CANARIES.values(), COMPANY)):
            wrong.append((pattern, "leak"))
        theirs = ("client_id", "member_id", "link_id", "matter_id", "item_id")
        about_them = any(name in pattern for name in theirs) and "demo" not in pattern
        if about_them and status in {200, 204, 302}:
            wrong.append((pattern, status))
        if route.ends_session:
            client = signed_in(stage.cast.stranger)
    assert wrong == []


def test_a_member_without_a_role_gets_nothing(stage: Stage) -> None:
    nobody = hire(stage.cast.tenant_id, "agent", "离职者")
    with tenant(stage.cast.tenant_id), transaction.atomic():
        Member.objects.filter(id=nobody.id).update(roles=[])
    client, wrong = signed_in(nobody), []
    for pattern, route in ROUTES.items():
        if pattern.startswith(("sign-in/", "language/")) or route.portal:
            continue
        status, content = _ask(client, pattern, stage, stage.cast.colleague.id)
        if status != 403 or any(word in content for word in (*CANARIES.values(), COMPANY)):
            wrong.append((pattern, status))
    assert wrong == []


def test_nobody_is_led_to_the_way_in(stage: Stage) -> None:
    wrong = []
    for pattern in ROUTES:
        status, content = _ask(Client(SERVER_NAME="127.0.0.1"), pattern, stage, stage.cast.colleague.id)
        known = (
            pattern.startswith(("sign-in/", "accounts/", "language/", "people/accept/", "people/demo/")) or not pattern
        )
        if (
            status >= 500
            or (not known and (status in {200, 204, 302} if ROUTES[pattern].portal else status != 302))
            or any(word in content for word in (*CANARIES.values(), COMPANY))
        ):
            wrong.append((pattern, status))
    assert wrong == []


def _words(content: bytes) -> str:
    """What stands in an answer; of a workbook, in all its parts."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


@pytest.mark.parametrize("role", [*sorted(STAFF_ROLES), "stranger"])
def test_rest_gives_a_role_no_number_and_a_stranger_nothing(role: str, stage: Stage) -> None:
    token = accounts.issue_token(actor=_actor(stage, role), at=now(), label="测试").value
    client, wrong = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"}), []
    ids = {f"<uuidstr:{name}>": value for name, value in stage.ids.items()} | {
        "<kind>": "id_number", "<measure_id>": "M04", "<uuidstr:entry_id>": str(uuid4()),
        "<uuidstr:member_id>": str(stage.cast.colleague.id),
    }  # fmt: skip
    for pattern in dict.fromkeys(a for a in _addresses() if a.startswith("api/")):
        address = "/" + pattern
        for part, value in ids.items():
            address = address.replace(part, value)
        for method in ("get", "post"):
            if ":deactivate" in address and method == "post":
                continue  # would end the cast
            answer = getattr(client, method)(
                address, **({"data": {}, "content_type": "application/json"} if method == "post" else {})
            )
            content = _words(answer.content)
            words = [CANARIES["id_number"], CANARIES["mobile"]]
            words += [COMPANY, CANARIES["name"]] if role in {"stranger", "security", "admin"} else []
            if answer.status_code >= 500 or any(word in content for word in words):
                wrong.append((method, pattern, answer.status_code))
    assert wrong == []
