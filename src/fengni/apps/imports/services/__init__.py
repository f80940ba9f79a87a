"""Acts on imports: workbooks, and folders of scans."""

from __future__ import annotations

from fengni.apps.imports.opening import Announced
from fengni.apps.imports.services.folders import (
    Choice,
    Opened,
    Sent,
    bind_scan,
    cancel_folder,
    check_folder,
    choose_scans,
    confirm_folder,
    expire_folder,
    look_at_scan,
    open_folder,
    refuse_scan,
    send_scan,
    undo_folder,
)
from fengni.apps.imports.services.workbooks import (
    answer_job,
    cancel_job,
    check_job,
    commit_job,
    confirm_job,
    expire_job,
    refuse_job,
    undo_job,
    upload_file,
)

__all__ = [
    "Announced",
    "Choice",
    "Opened",
    "Sent",
    "answer_job",
    "bind_scan",
    "cancel_folder",
    "cancel_job",
    "check_folder",
    "check_job",
    "choose_scans",
    "commit_job",
    "confirm_folder",
    "confirm_job",
    "expire_folder",
    "expire_job",
    "look_at_scan",
    "open_folder",
    "refuse_job",
    "refuse_scan",
    "send_scan",
    "undo_folder",
    "undo_job",
    "upload_file",
]
