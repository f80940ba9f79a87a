"""What partners and guests hold: shares under agreements and ended in time, partners assessed, links that end."""

from __future__ import annotations

from datetime import datetime, timedelta

from fengni.apps.agreements import assessing, queries, signing
from fengni.apps.agreements.models import Partner, Share, ShareView
from fengni.apps.measures.evidence.reading import MARKS, decided, recorded, rows
from fengni.core.measuring import Ended, Mark, missing

_YEAR = 365
_VIEWS = ("agreements:share:view", "agreements:share:page")


def shares_under_agreement(at: datetime) -> Ended:
    """Every live share is under an agreement in force, no grant outlives its share, and nothing was seen afterwards."""
    name = "shares_under_agreement"
    sent = list(Share.objects.exclude(sent_at=None).order_by("id"))
    partners = Partner.objects.filter(ended_at=None).count()
    covered = set(signing.holding(at).filter(party_kind=signing.PARTNER).values_list("id", flat=True))
    living = [one for one in sent if one.recalled_at is None and one.until > at]
    uncovered = [one for one in living if one.agreement_id not in covered]
    overdue = queries.overdue_shares(at=at)
    ends = {one.id: min(one.until, one.recalled_at or one.until) for one in sent}
    views = list(
        ShareView.objects.filter(seen_at__gte=at - timedelta(days=_YEAR)).values_list("entry_id", "share_id", "seen_at")
    )
    there = recorded([entry for entry, _, _ in views], *_VIEWS)
    late = {share for entry, share, seen in views if share not in ends or seen > ends[share]}
    unrecorded = {share for entry, share, _ in views if entry not in there}
    params = {
        "partners": partners, "live": len(living), "views": len(views), "uncovered": len(uncovered),
        "overdue": overdue, "late": len(late), "unrecorded": len(unrecorded),
    }  # fmt: skip
    wrong = list(dict.fromkeys([one.id for one in uncovered] + sorted(late) + sorted(unrecorded)))
    marks = [Mark("share", str(one), "") for one in wrong]
    if wrong or overdue:
        return Ended(name, "failed", at, params, marks=tuple(marks[:MARKS]))
    return Ended(name, "passed", at, params) if sent or partners else missing(name, **params)


def partners_assessed(at: datetime) -> Ended:
    """Every partner we work with was assessed within a year, did well enough, and trained its people."""
    name = "partners_assessed"
    partners = list(Partner.objects.filter(ended_at=None).order_by("id").values_list("id", flat=True))
    newest = assessing.newest(partners)
    there = recorded([one.entry_id for one in newest.values()], assessing.ACT)
    good = {
        partner: one
        for partner, one in newest.items()
        if one.entry_id in there and assessing.suffices(one) and one.trained_on is not None
    }
    params = {"partners": len(partners), "assessed": len(newest), "good": len(good)}
    if not partners or not newest:
        return missing(name, **params)
    oldest = min((one.holds_from for one in good.values()), default=at)
    wrong = [one for one in partners if one not in good or (at - good[one].holds_from).days >= _YEAR]
    marks = [Mark("partner", str(one), "") for one in wrong]
    if wrong:
        return Ended(name, "failed", at, params | {"wrong": len(wrong)}, marks=tuple(marks[:MARKS]))
    return Ended(name, "passed", oldest, params, days=_YEAR)


def guests_end_in_time(at: datetime) -> Ended:
    """No session of a guest outlives its link, and no grant of a guest the link it came with."""
    name = "guests_end_in_time"
    [(links,)] = rows("SELECT count(*) FROM guests_link")
    outliving = rows(
        "SELECT s.id FROM guests_session s JOIN guests_link l ON l.tenant_id = s.tenant_id AND l.id = s.link_id"
        " WHERE s.ended_at IS NULL AND s.ends_at > %s AND (l.recalled_at IS NOT NULL OR s.ends_at > l.expires_at)",
        at,
    )
    grants = rows(
        "SELECT g.id FROM acts_grant g JOIN guests_guest h ON h.tenant_id = g.tenant_id AND h.id = g.member_id"
        " WHERE (g.until IS NULL OR g.until > %s) AND NOT EXISTS (SELECT FROM guests_link l"
        " WHERE l.tenant_id = h.tenant_id AND l.guest_id = h.id AND l.recalled_at IS NULL AND l.expires_at > %s)",
        at,
        at,
    )
    params = {"links": links, "sessions": len(outliving), "grants": len(grants)}
    if not links:
        return missing(name, **params)
    return decided(name, not outliving and not grants, at, params)
