"""matters:person:invite"""

from __future__ import annotations

import pytest
from django.urls import reverse

from fengni.apps.common.tenancy import tenant
from fengni.apps.matters import queries, services
from fengni.core.errors import BadInput, Denied
from tests.apps.matters.making import make_matter
from tests.apps.vault.files import entries, make_person, seen_of
from tests.cast import assemble, now
from tests.web.browsing import signed_in


def test_each_person_gets_a_link_of_its_own_once() -> None:
    cast = assemble()
    made = make_matter(cast)
    first = services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=made.new).value
    assert first.path.startswith("/p/")
    assert first.path not in repr(first)
    assert first.path.split("/")[2] not in str(entries(cast.tenant_id)[-1])
    assert set(seen_of(cast.tenant_id)) == {made.new}
    second = services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=made.new).value
    assert (second.guest_id == first.guest_id, second.link_id == first.link_id) == (True, False)
    services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=made.shareholder)
    with tenant(cast.tenant_id):
        page = queries.matter_page(actor=cast.agent, at=now(), matter_id=made.matter_id)
    states = {one.person_id: one.link.state if one.link else "" for one in page.people}
    assert states == {made.new: "held", made.shareholder: "held"}
    assert len({one.link_id for one in page.people}) == 2


def test_codes_go_only_where_the_file_knows_a_way() -> None:
    cast = assemble()
    made = make_matter(cast)
    silent = make_person(cast.owner, made.client_id, name="林知夏", id_number="", mobile="")
    services.add_contact(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=silent)
    for person, contact in ((silent, "mobile"), (silent, "email"), (made.new, "email")):
        with pytest.raises(BadInput, match=r"guests.contact-not-on-file"):
            services.invite_person(
                actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=person, contact=contact
            )
    page = signed_in(cast.agent).get(reverse("matters:people", args=[made.matter_id])).content.decode()
    forms = {one: page.split(reverse("matters:invite", args=[made.matter_id, one]))[1] for one in (made.new, silent)}
    ways = {one: shown.split("</form>")[0] for one, shown in forms.items()}
    assert 'value="mobile"' in ways[made.new]
    assert "154****" in ways[made.new]  # which number, without showing it
    assert 'value="email"' not in ways[made.new]
    assert 'value="mobile"' not in ways[silent]
    assert "提取码发不出去" in ways[silent]
    spoken = services.invite_person(
        actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=silent, contact=""
    ).value
    assert spoken.path.startswith("/p/")


def test_only_people_of_the_matter_are_invited_and_others_are_refused() -> None:
    cast = assemble()
    made = make_matter(cast)
    other = make_person(cast.owner, made.client_id, name="温子墨", id_number="", mobile="")
    with pytest.raises(Denied, match=r"matters.no-such-participant"):
        services.invite_person(actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=other)
    with pytest.raises(BadInput, match=r"guests.contact-unknown"):
        services.invite_person(
            actor=cast.agent, at=now(), matter_id=made.matter_id, person_id=made.new, contact="pigeon"
        )
    for who, code in ((cast.colleague, "access.scope"), (cast.dpo, "access.role"), (cast.intruder, "access.role")):
        with pytest.raises(Denied, match=code):
            services.invite_person(actor=who, at=now(), matter_id=made.matter_id, person_id=made.new)
    with pytest.raises(Denied, match=r"matters.no-such-matter"):
        services.invite_person(actor=cast.stranger, at=now(), matter_id=made.matter_id, person_id=made.new)
