"""imports:scan:look"""

from __future__ import annotations

import io

import pytest
from PIL import Image

from fengni.apps.imports import services
from fengni.apps.imports.services import Choice
from fengni.apps.ledger import sealer
from fengni.core.errors import BadInput, Denied, UnreadableFile
from tests.apps.imports.folders import bound, choose, planned
from tests.apps.matters.making import make_matter
from tests.apps.vault.files import company, entries, seen_of
from tests.cast import assemble, now
from tests.core.pictures import samples


def test_who_sent_a_file_sees_what_it_is_marked_and_counted_until_it_is_settled() -> None:
    cast = assemble()
    made = make_matter(cast)
    files = {f"{company(1)}/IMG_2041.png": samples.png(), f"{company(1)}/陆知衡身份证正面.jpg": samples.jpeg(6)}
    folder_id = planned(cast.agent, files)
    sealer.seal_round(at=now())
    who = {"at": now(), "folder_id": folder_id}
    unknown = services.look_at_scan(actor=cast.agent, number=1, **who)
    assert Image.open(io.BytesIO(unknown.value)).format == "JPEG"
    assert entries(cast.tenant_id)[-1]["count"] == 0, "nobody is proposed for it"
    card = services.look_at_scan(actor=cast.agent, number=2, **who)
    picture = Image.open(io.BytesIO(card.value))
    assert picture.width < picture.height, "it stands upright"
    assert samples.MARK not in card.value
    entry = entries(cast.tenant_id)[-1]
    assert (entry["act"], entry["purpose"]) == ("imports:scan:look", "purpose.verify_identity")
    assert list(seen_of(cast.tenant_id)) == [made.new]
    with pytest.raises(UnreadableFile, match=r"pictures.no-such-page"):
        services.look_at_scan(actor=cast.agent, number=1, page=3, **who)
    for other in (cast.colleague, cast.dpo, cast.auditor, cast.intruder):
        with pytest.raises(Denied, match=r"access.(scope|role)"):
            services.look_at_scan(actor=other, number=1, **who)
    with pytest.raises(BadInput, match=r"imports.no-such-folder"):
        services.look_at_scan(actor=cast.stranger, number=1, **who)
    choose(cast.agent, folder_id, Choice(1, leave=True))
    bound(cast.agent, folder_id)
    with pytest.raises(BadInput, match=r"imports.folder-over"):  # from here on it is a document of the client file
        services.look_at_scan(actor=cast.agent, number=2, **who)
