"""`fengni openapi` describes the interface, with or without an installation."""

from __future__ import annotations

import json

from tests.installation import Installation


def test_the_description_is_openapi_3_1_and_names_acts(installation: Installation) -> None:
    done = installation.command("openapi")
    assert done.returncode == 0, done.stderr
    described = json.loads(done.stdout)
    assert described["openapi"].startswith("3.1")
    operations = {o.get("operationId") for path in described["paths"].values() for o in path.values()}
    assert {"vault:field:reveal", "imports:job:upload"} <= operations
    assert all(path.startswith("/api/v1/") for path in described["paths"])
