# SPDX-License-Identifier: Apache-2.0
"""``compose.yaml``: the images that services use, and files that it includes."""

from __future__ import annotations

from gatekeeper.rules.deps.formats import images, yaml
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory
from gatekeeper.rules.deps.formats.text import decode


def parse(data: bytes, path: str) -> Inventory:
    found: list[Dependency] = []
    for document in yaml.load(decode(data)):
        services = document.get("services") if isinstance(document, yaml.Map) else None
        for service in services.values() if isinstance(services, yaml.Map) else ():
            image = service.get("image") if isinstance(service, yaml.Map) else None
            if isinstance(image, str):
                wanted = images.dependency(images.substitute(image, {}), "service", service.lines.get("image"))
                found.extend([wanted] if wanted else [])
    return Inventory(images.ECOSYSTEM, tuple(found))
