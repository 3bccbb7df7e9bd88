# SPDX-License-Identifier: Apache-2.0
"""What steers installing besides dependencies: indexes, overrides, scripts and the right to run them."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import Setting
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.locks import LockChange

CONFIG, OVERRIDE, SCRIPT = "deps.registry-config", "deps.override", "deps.install-script"


def check(delta: Delta, locks: tuple[LockChange, ...]) -> Iterator[Hit]:
    for file in delta.files:
        yield from _registries(file)
        for setting in _overrides(delta, file):
            yield _hit(OVERRIDE, file, setting, f"override '{setting.name}' is {_shown(setting)}")
        for setting in _fresh(file.old.scripts, file.new.scripts):
            yield _hit(
                SCRIPT, file, setting, f"script '{setting.name}' runs on installing or building: {setting.value}"
            )
        for setting in _fresh(file.old.grants, file.new.grants):
            yield _hit(SCRIPT, file, setting, f"'{setting.name}' lets install scripts run: {setting.value}")
    for lock in locks:
        yield from _gained_scripts(lock)


def _overrides(delta: Delta, file: FileDelta) -> list[Setting]:
    """Those of a lock only where no manifest changed its own, which a lock repeats in its own words."""
    fresh = _fresh(file.old.overrides, file.new.overrides)
    others = (other for other in delta.files if other.ecosystem == file.ecosystem and not other.new.version)
    repeats = file.new.version and any(_fresh(other.old.overrides, other.new.overrides) for other in others)
    return [] if repeats else fresh


def _registries(file: FileDelta) -> Iterator[Hit]:
    """An index that is dropped matters as much: what it served is then asked of another one."""
    if file.new.version and file.file.added:
        return
    came = _fresh(file.old.registries, file.new.registries)
    went = _fresh(file.new.registries, file.old.registries)
    for setting in came:
        yield _hit(CONFIG, file, setting, f"'{setting.name}' is {_shown(setting)}")
    for setting in went:
        if setting.name not in {other.name for other in came}:
            yield _hit(CONFIG, file, setting._replace(line=None), f"'{setting.name}' {_shown(setting)} is gone")


def _gained_scripts(lock: LockChange) -> Iterator[Hit]:
    if not lock.same_file:
        return
    for entry in lock.fresh:
        if entry.install_script and entry.name not in lock.before.scripted:
            new = "" if entry.name in lock.before.versions else "new package "
            message = f"{new}'{entry.name}' {entry.version} has an install script"
            yield hit(SCRIPT, lock.file.path, lock.lines.of(entry), message, (entry.name, entry.version))


def _fresh(old: tuple[Setting, ...], new: tuple[Setting, ...]) -> list[Setting]:
    known = {(setting.name, setting.value) for setting in old}
    return [setting for setting in new if (setting.name, setting.value) not in known]


def _hit(rule: str, file: FileDelta, setting: Setting, message: str) -> Hit:
    return hit(rule, file.path, setting.line, message, (setting.name, _shown(setting)))


def _shown(setting: Setting) -> str:
    """The value without what may be a password in a URL."""
    host = sources.host_of(setting.value)
    if host is None or "@" not in host:
        return f"'{setting.value}'"
    return f"'{sources.shown_host(host)}{setting.value.strip()[len(host) :]}'"
