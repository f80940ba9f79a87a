"""The one decision, as a table and over random facts: default deny, one order of checks, a code for every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fengni.core.access.actor import GUEST_ROLES, ROLES, STAFF_ROLES, SYSTEM, Actor, system_actor
from fengni.core.access.decision import Approval, Block, Facts, Grant, Permit, Resource, Rule, decide
from fengni.core.errors import Denied

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SOON, BEFORE = AT + timedelta(hours=1), AT - timedelta(seconds=1)
TENANT, ME, COLLEAGUE = UUID(int=1), UUID(int=2), UUID(int=3)
CLIENT, OTHER_CLIENT, PERSON, RECORD = UUID(int=10), UUID(int=11), UUID(int=20), UUID(int=30)
AGENT = Actor(id=ME, tenant_id=TENANT, roles=frozenset({"agent"}), session="ab" * 16, address="192.0.2.7")
FILL = "purpose.fill_form"
RULE = Rule(
    act="vault:field:reveal",
    roles=frozenset({"agent", "lead", "owner"}),
    purposes=frozenset({FILL}),
    scoped=True,
    second_person_above=2,
)
VALUE = Resource("vault:record", RECORD, TENANT, frozenset({CLIENT}), (PERSON,), frozenset({"mobile"}))
GRANT = Grant(client_id=CLIENT)
GRANTED = Facts(grants=(GRANT,))
MANY = replace(VALUE, persons=tuple(UUID(int=n) for n in range(100, 103)))
YES = Approval(act=RULE.act, resource_id=RECORD, by=COLLEAGUE, until=SOON)


def _refused(
    code: str,
    *,
    actor: Actor = AGENT,
    rule: Rule = RULE,
    resource: Resource = VALUE,
    purpose: str | None = FILL,
    facts: Facts = GRANTED,
) -> None:
    with pytest.raises(Denied) as refused:
        decide(actor, rule, resource, purpose, facts, AT)
    assert refused.value.code == f"access.{code}"


def test_a_permit_says_what_it_rests_on() -> None:
    facts = Facts(grants=(GRANT,), approvals=(YES,))
    lead = replace(AGENT, roles=frozenset({"lead"}))
    assert decide(AGENT, RULE, VALUE, FILL, facts, AT) == Permit(RULE.act, ME, FILL, "grant")
    assert decide(lead, RULE, VALUE, FILL, Facts(), AT).basis == "role"
    assert decide(AGENT, RULE, MANY, FILL, facts, AT).basis == "approval"
    assert decide(AGENT, replace(RULE, scoped=False), VALUE, FILL, Facts(), AT).basis == "role"


def test_a_lent_grant_counts_where_the_act_says_so_and_for_its_purpose_alone() -> None:
    call = "purpose.contact_client"
    lendable = replace(RULE, lent=frozenset({"agent", "security"}), purposes=frozenset({FILL, call}))
    officer = replace(AGENT, roles=frozenset({"security"}))
    given = Grant(CLIENT, purposes=frozenset({FILL}), until=SOON, basis="given", id=UUID(int=40))
    urgent = replace(given, basis="emergency", id=UUID(int=41))
    for actor in (AGENT, officer):
        assert decide(actor, lendable, VALUE, FILL, Facts(grants=(urgent, given)), AT) == Permit(
            RULE.act, ME, FILL, "given", UUID(int=40)
        )
        assert decide(actor, lendable, VALUE, FILL, Facts(grants=(urgent,)), AT).basis == "emergency"
        _refused("lent-narrow", actor=actor, rule=lendable, purpose=call, facts=Facts(grants=(given,)))
    assert decide(AGENT, lendable, VALUE, FILL, Facts(grants=(given, GRANT)), AT) == Permit(RULE.act, ME, FILL, "grant")
    _refused("lent-narrow", facts=Facts(grants=(given, urgent)))  # the act says nothing of lending
    _refused("role", actor=officer, facts=Facts(grants=(given,)))
    _refused("role", actor=officer, rule=lendable, facts=GRANTED)  # an assignment is no lending
    _refused("role", actor=replace(AGENT, roles=frozenset({"security", "auditor"})), rule=lendable, facts=Facts())
    _refused("scope", rule=lendable, facts=Facts(grants=(replace(given, until=AT),)))
    one = replace(given, person_id=PERSON)
    assert decide(officer, lendable, VALUE, FILL, Facts(grants=(one,)), AT).under == given.id
    frozen = Facts(grants=(urgent,), blocks=(Block("person_view", f"{ME.hex}:{PERSON.hex}"),))
    _refused("view-frozen", rule=lendable, facts=frozen)


def test_another_tenant_is_refused_before_anything_else() -> None:
    stranger = replace(AGENT, tenant_id=UUID(int=9), roles=frozenset())
    blocked = Facts(blocks=(Block("account", ME.hex),))
    _refused("other-tenant", actor=stranger, facts=blocked, purpose=None, resource=MANY)
    _refused("other-tenant", actor=replace(stranger, roles=ROLES | {SYSTEM}))


def test_each_check_names_its_refusal_in_order() -> None:
    """Everything is wrong; one thing after the other is put right."""
    actor, facts, purpose = replace(AGENT, roles=frozenset()), Facts(blocks=(Block("account", ME.hex),)), None
    _refused("blocked", actor=actor, facts=facts, purpose=purpose, resource=MANY)
    _refused("role", actor=actor, facts=Facts(), purpose=purpose, resource=MANY)
    _refused("scope", facts=Facts(), purpose=purpose, resource=MANY)
    _refused("purpose-required", purpose=purpose, resource=MANY)
    _refused("purpose-unknown", purpose="purpose.internal_audit", resource=MANY)
    _refused("second-person-required", resource=MANY)
    mine = replace(YES, by=ME)
    _refused("second-person-is-self", resource=MANY, facts=Facts(grants=(GRANT,), approvals=(mine,)))
    assert decide(AGENT, RULE, MANY, FILL, Facts(grants=(GRANT,), approvals=(mine, YES)), AT).basis == "approval"


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("account", ME.hex),
        ("session", AGENT.session),
        ("address", AGENT.address),
        ("person_view", f"{ME.hex}:{PERSON.hex}"),
    ],
)
def test_a_block_stops_what_it_names_until_it_ends(kind: str, subject: str) -> None:
    for until in (None, SOON):
        code = "view-frozen" if kind == "person_view" else "blocked"
        _refused(code, facts=Facts(grants=(GRANT,), blocks=(Block(kind, subject, until),)))
    for block in (
        Block(kind, subject, AT),
        Block(kind, subject, BEFORE),
        Block(kind, subject + "0"),
        Block("x", subject),
    ):
        assert decide(AGENT, RULE, VALUE, FILL, Facts(grants=(GRANT,), blocks=(block,)), AT)


def test_a_block_on_one_person_leaves_the_others() -> None:
    facts = Facts(grants=(GRANT,), blocks=(Block("person_view", f"{ME.hex}:{UUID(int=21).hex}"),))
    assert decide(AGENT, RULE, VALUE, FILL, facts, AT)
    _refused("view-frozen", resource=replace(VALUE, persons=(PERSON, UUID(int=21))), facts=facts)


@pytest.mark.parametrize(
    ("grant", "enough"),
    [
        (GRANT, True),
        (replace(GRANT, until=SOON), True),
        (replace(GRANT, until=AT), False),
        (replace(GRANT, until=BEFORE), False),
        (replace(GRANT, client_id=OTHER_CLIENT), False),
        (replace(GRANT, fields=frozenset({"mobile", "email"})), True),
        (replace(GRANT, fields=frozenset({"id_number"})), False),
        (replace(GRANT, purposes=frozenset({FILL})), True),
        (replace(GRANT, purposes=frozenset({"purpose.internal_audit"})), False),
        (Grant(client_id=None, person_id=PERSON), True),
        (Grant(client_id=None, person_id=UUID(int=21)), False),
        (Grant(client_id=CLIENT, person_id=PERSON), True),
        (Grant(client_id=OTHER_CLIENT, person_id=PERSON), False),
        (Grant(client_id=CLIENT, person_id=UUID(int=21)), False),
        (Grant(client_id=None), False),
    ],
)
def test_the_scope_is_what_grants_in_force_say(grant: Grant, enough: bool) -> None:
    if enough:
        assert decide(AGENT, RULE, VALUE, FILL, Facts(grants=(grant,)), AT).basis == "grant"
    else:
        _refused("scope", facts=Facts(grants=(grant,)))


def test_every_client_and_every_person_must_be_granted() -> None:
    both = replace(VALUE, clients=frozenset({CLIENT, OTHER_CLIENT}))
    _refused("scope", resource=both)
    assert decide(AGENT, RULE, both, FILL, Facts(grants=(GRANT, Grant(client_id=OTHER_CLIENT))), AT)
    two = replace(VALUE, persons=(PERSON, UUID(int=21)))
    _refused("scope", resource=two, facts=Facts(grants=(Grant(client_id=None, person_id=PERSON),)))
    each = tuple(Grant(client_id=None, person_id=person) for person in two.persons)
    assert decide(AGENT, RULE, two, FILL, Facts(grants=each), AT)


def test_a_grant_of_fields_does_not_cover_an_act_that_names_none() -> None:
    _refused(
        "scope",
        resource=replace(VALUE, fields=frozenset()),
        facts=Facts(grants=(replace(GRANT, fields=frozenset({"mobile"})),)),
    )


def test_a_resource_without_client_and_person_lies_in_nobodys_scope() -> None:
    _refused("scope", resource=Resource("vault:record", RECORD, TENANT))


@pytest.mark.parametrize("number", range(5))
def test_a_second_person_is_asked_for_above_the_number(number: int) -> None:
    resource = replace(VALUE, persons=tuple(UUID(int=100 + n) for n in range(number)))
    if number > 2:
        with pytest.raises(Denied, match=rf"^access\.second-person-required \(persons={number}, "):
            decide(AGENT, RULE, resource, FILL, GRANTED, AT)
    else:
        assert decide(AGENT, RULE, resource, FILL, GRANTED, AT)
    assert decide(AGENT, replace(RULE, second_person_above=None), resource, FILL, GRANTED, AT)


@pytest.mark.parametrize(
    "approval",
    [
        replace(YES, act="vault:list:export"),
        replace(YES, resource_id=UUID(int=31)),
        replace(YES, until=AT),
        replace(YES, until=BEFORE),
    ],
)
def test_an_approval_of_something_else_or_ended_is_none(approval: Approval) -> None:
    _refused("second-person-required", resource=MANY, facts=Facts(grants=(GRANT,), approvals=(approval,)))


# ---- partners: nothing without an agreement


PARTNER = replace(AGENT, roles=frozenset({"partner"}), channel="portal")
FOR_PARTNERS = replace(RULE, roles=frozenset({"partner"}))
SHARED = Grant(client_id=CLIENT, person_id=PERSON, fields=frozenset({"mobile"}), until=SOON)


def test_a_partner_sees_what_was_granted_under_an_agreement_and_nothing_else() -> None:
    agreed = Facts(grants=(replace(SHARED, agreement="nda-1"),))
    assert decide(PARTNER, FOR_PARTNERS, VALUE, FILL, agreed, AT).basis == "grant"
    _refused("no-agreement", actor=PARTNER, rule=FOR_PARTNERS, facts=Facts(grants=(SHARED,)))
    _refused("no-agreement", actor=PARTNER, rule=FOR_PARTNERS, facts=Facts(grants=(Grant(client_id=CLIENT),)))
    _refused("scope", actor=PARTNER, rule=FOR_PARTNERS, facts=Facts())
    _refused("scope", actor=PARTNER, rule=FOR_PARTNERS, facts=Facts(grants=(replace(agreed.grants[0], until=AT),)))
    more = replace(VALUE, fields=frozenset({"mobile", "id_number"}))
    _refused("scope", actor=PARTNER, rule=FOR_PARTNERS, facts=agreed, resource=more)


def test_an_agreement_on_another_field_does_not_stand_in_for_this_one() -> None:
    grants = (SHARED, replace(SHARED, fields=frozenset({"id_number"}), agreement="nda-1"))
    _refused("no-agreement", actor=PARTNER, rule=FOR_PARTNERS, facts=Facts(grants=grants))


def test_a_client_needs_no_agreement_for_the_own_person_and_sees_no_other() -> None:
    client, rule = replace(PARTNER, roles=frozenset({"client"})), replace(RULE, roles=frozenset({"client"}))
    own = Facts(grants=(Grant(client_id=CLIENT, person_id=PERSON),))
    assert decide(client, rule, VALUE, FILL, own, AT).basis == "grant"
    for elsewhere in ({"persons": (UUID(int=21),)}, {"persons": ()}, {"clients": frozenset({OTHER_CLIENT})}):
        _refused("scope", actor=client, rule=rule, facts=own, resource=replace(VALUE, **elsewhere))


# ---- over random facts

IDS = st.sampled_from([UUID(int=n) for n in (1, 2, 3, 10, 11, 20, 21, 30)])
CODES = st.sampled_from([FILL, "purpose.internal_audit", "purpose.contact_client"])
FIELDS = st.frozensets(st.sampled_from(["mobile", "id_number"]), max_size=2)
UNTIL = st.sampled_from([None, BEFORE, AT, SOON])
ROLE_SETS = st.frozensets(st.sampled_from(sorted(ROLES)), max_size=3)
ACTORS = st.builds(Actor, id=IDS, tenant_id=IDS, roles=ROLE_SETS, session=st.sampled_from(["", "ab" * 16]))
RULES = st.builds(
    Rule,
    act=st.just(RULE.act),
    roles=ROLE_SETS,
    purposes=st.frozensets(CODES, max_size=2),
    scoped=st.booleans(),
    second_person_above=st.none() | st.integers(0, 2),
)
RESOURCES = st.builds(
    Resource,
    kind=st.just("vault:record"),
    id=IDS,
    tenant_id=IDS,
    clients=st.frozensets(IDS, max_size=2),
    persons=st.lists(IDS, max_size=3, unique=True).map(tuple),
    fields=FIELDS,
)
GRANTS = st.builds(
    Grant,
    client_id=st.none() | IDS,
    person_id=st.none() | IDS,
    fields=FIELDS,
    purposes=st.frozensets(CODES, max_size=1),
    until=UNTIL,
    agreement=st.sampled_from(["", "nda-1"]),
)
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(["account", "session", "person_view"]),
    subject=IDS.map(lambda i: i.hex) | st.just("ab" * 16) | st.tuples(IDS, IDS).map(lambda p: f"{p[0].hex}:{p[1].hex}"),
    until=UNTIL,
)
APPROVALS = st.builds(
    Approval, act=st.just(RULE.act), resource_id=IDS, by=IDS, until=st.sampled_from([BEFORE, AT, SOON])
)
FACTS = st.builds(
    Facts,
    grants=st.lists(GRANTS, max_size=4).map(tuple),
    blocks=st.lists(BLOCKS, max_size=2).map(tuple),
    approvals=st.lists(APPROVALS, max_size=2).map(tuple),
)
CODES_OF_REFUSAL = {
    "access.other-tenant",
    "access.blocked",
    "access.role",
    "access.scope",
    "access.no-agreement",
    "access.purpose-required",
    "access.purpose-unknown",
    "access.second-person-required",
    "access.second-person-is-self",
}


def _permitted(actor: Actor, rule: Rule, resource: Resource, purpose: str | None, facts: Facts) -> bool:
    try:
        permit = decide(actor, rule, resource, purpose, facts, AT)
    except Denied as denied:
        if denied.code not in CODES_OF_REFUSAL:
            raise
        return False
    return permit.actor_id == actor.id


@given(ACTORS, RULES, RESOURCES, st.none() | CODES, FACTS)
def test_whoever_is_permitted_meets_every_condition(
    actor: Actor, rule: Rule, resource: Resource, purpose: str | None, facts: Facts
) -> None:
    if not _permitted(actor, rule, resource, purpose, facts):
        return
    assert actor.tenant_id == resource.tenant_id
    assert actor.roles & rule.roles
    assert not rule.purposes or purpose in rule.purposes
    assert ("account", actor.id.hex) not in {(b.kind, b.subject) for b in facts.blocks if b.until in (None, SOON)}
    if rule.scoped and not actor.sees_all_clients:
        held = [g for g in facts.grants if g.until in (None, SOON) and (g.agreement or "partner" not in actor.roles)]
        assert resource.clients <= {g.client_id for g in held} or set(resource.persons) <= {g.person_id for g in held}
        assert resource.clients or resource.persons
    if rule.second_person_above is not None and len(resource.persons) > rule.second_person_above:
        assert any(a.by != actor.id and a.resource_id == resource.id and a.until == SOON for a in facts.approvals)


@given(ACTORS, RULES, RESOURCES, st.none() | CODES, FACTS, BLOCKS)
def test_a_block_or_a_lost_grant_never_permits_more(
    actor: Actor, rule: Rule, resource: Resource, purpose: str | None, facts: Facts, block: Block
) -> None:
    if _permitted(actor, rule, resource, purpose, facts):
        return
    less = replace(facts, grants=facts.grants[1:], approvals=facts.approvals[1:], blocks=(*facts.blocks, block))
    assert not _permitted(actor, rule, resource, purpose, less)


@given(ACTORS, RESOURCES, st.none() | CODES, FACTS)
def test_a_rule_without_roles_permits_nobody(
    actor: Actor, resource: Resource, purpose: str | None, facts: Facts
) -> None:
    assert not _permitted(actor, Rule(act=RULE.act, roles=frozenset()), resource, purpose, facts)


@given(ACTORS, RULES, RESOURCES, st.none() | CODES, FACTS)
def test_a_decision_can_be_made_again(
    actor: Actor, rule: Rule, resource: Resource, purpose: str | None, facts: Facts
) -> None:
    assert _permitted(actor, rule, resource, purpose, facts) == _permitted(actor, rule, resource, purpose, facts)


# ---- actors


@pytest.mark.parametrize(
    ("role", "all_clients", "names"),
    [
        ("owner", True, True),
        ("lead", True, True),
        ("agent", False, True),
        ("dpo", True, False),
        ("auditor", True, False),
        ("security", False, False),
        ("admin", False, False),
        ("client", False, False),
        ("partner", False, False),
    ],
)
def test_what_a_role_sees(role: str, all_clients: bool, names: bool) -> None:
    actor = replace(AGENT, roles=frozenset({role}))
    assert (actor.sees_all_clients, actor.sees_names) == (all_clients, names)


def test_nobody_without_a_role_sees_anything_and_the_system_is_no_member() -> None:
    nobody = replace(AGENT, roles=frozenset())
    assert not nobody.sees_all_clients
    assert not nobody.sees_names
    assert system_actor(TENANT).roles == {SYSTEM}
    assert SYSTEM not in ROLES
    assert not GUEST_ROLES & STAFF_ROLES
    assert ROLES == GUEST_ROLES | STAFF_ROLES
