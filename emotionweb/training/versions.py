"""Versions: which model answers, and how another one takes its place."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.training import audit, files
from emotionweb.training.errors import PromotionRefused
from emotionweb.training.models import ModelVersion
from emotionweb.training.signals import active_changed

if TYPE_CHECKING:
    from emotionweb.accounts.models import User
    from inference.bundle import Bundle

#: Seconds for which a process does not ask the database again which version is active.
ASK_EVERY_S = 1.0


# === Which there are ===


def active() -> ModelVersion | None:
    """The version that is meant to answer; ``None`` before the first migration."""
    return ModelVersion.objects.filter(active=True).first()


def folder(version: ModelVersion) -> Path:
    """Where its bundle is."""
    return files.absolute(version.path) if version.path else Path(settings.MODEL_BUNDLE)


def bundle_of(version: ModelVersion) -> Bundle:
    """Its bundle, checked.

    Raises:
        inference.errors.BundleError: a file is missing or damaged, or another bundle has
            taken its place.
    """
    from inference.bundle import Bundle
    from inference.errors import BundleCorruptError

    bundle = Bundle.load(folder(version))
    if bundle.version != version.version:
        raise BundleCorruptError(
            f"In its place is {bundle.version}, not {version.version}: its files are gone."
        )
    return bundle


def problem(version: ModelVersion) -> str:
    """Why its files cannot be used, as a sentence; "" where they can.

    The files are read once, and again when they change.
    """
    return _looked.problem(version)


def running() -> ModelVersion | None:
    """The version that answers: the active one, or the last good one where that is broken."""
    rows = ModelVersion.objects.filter(promoted_at__isnull=False)
    # The active one first, then those that answered before it, the latest first.
    for version in rows.order_by("-active", "-promoted_at", "-number"):
        if not problem(version):
            return version
    return None


def warnings() -> list[str]:
    """What an administrator must know: that the active version is broken and which one runs."""
    wanted = active()
    if wanted is None:
        return []
    why = problem(wanted)
    if not why:
        return []
    instead = running()
    if instead is None:
        text = _("The active version %(number)s cannot be used, and there is no other: %(why)s")
        return [text % {"number": wanted.number, "why": why}]
    text = _(
        "The active version %(number)s cannot be used: %(why)s Version %(instead)s answers in its "
        "place. Promote another one or bring its files back."
    )
    return [text % {"number": wanted.number, "why": why, "instead": instead.number}]


# === Which one answers, asked by every process ===


@dataclass(frozen=True, slots=True)
class _Found:
    key: object
    path: Path
    until: float


_lock = threading.Lock()
_found: _Found | None = None


def active_path() -> Path:
    """Folder of the bundle that answers; cheap enough to be asked often, in a database thread.

    It is the active version's. Where its files are missing or damaged it is that of the last
    good one, and without any row it is the shipped bundle's.
    """
    global _found
    key = (settings.MODEL_BUNDLE, settings.MEDIA_ROOT)
    now = time.monotonic()
    with _lock:
        if _found is not None and _found.key == key and now < _found.until:
            return _found.path
    version = running()
    path = folder(version) if version is not None else Path(settings.MODEL_BUNDLE)
    with _lock:
        _found = _Found(key, path, now + ASK_EVERY_S)
    return path


def forget_found() -> None:
    """Ask the database the next time."""
    global _found
    with _lock:
        _found = None


class _Looked:
    """What is known of the files of each version, as long as they do not change."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[object, str]] = {}
        self._lock = threading.Lock()

    def problem(self, version: ModelVersion) -> str:
        path = folder(version)
        identity = (version.version, _identity(path))
        with self._lock:
            known = self._known.get(path)
        if known is None or known[0] != identity:
            known = (identity, self._look(version))
            with self._lock:
                self._known[path] = known
        return known[1]

    def _look(self, version: ModelVersion) -> str:
        from inference.errors import InferenceError

        try:
            bundle_of(version)
        except (InferenceError, OSError) as error:
            return str(error)
        return ""


_looked = _Looked()


def _identity(path: Path) -> object:
    """What changes when a file of a bundle is replaced."""
    found: list[tuple[int, int, int] | None] = []
    for name in ("card.json", "model.tflite", "model.keras"):
        try:
            file = (path / name).stat()
        except OSError:
            found.append(None)
        else:
            found.append((file.st_ino, file.st_size, file.st_mtime_ns))
    return found


# === The shipped one ===


def ensure_shipped() -> ModelVersion | None:
    """Give the shipped bundle its row: number 1 in a new database.

    Where another bundle has come into its place (a new release, another
    ``EMOTIONWEB_MODEL_BUNDLE``) it gets a number of its own. It becomes active only if a
    shipped one was: nobody's promoted version is replaced by an upgrade.

    Returns:
        Its row; ``None`` where there is no bundle.
    """
    from inference.bundle import CARD_FILE, TFLITE_FILE, Card
    from inference.errors import BundleError

    try:
        card = Card.from_json((Path(settings.MODEL_BUNDLE) / CARD_FILE).read_text())
        name = f"{card.architecture}-{card.files[TFLITE_FILE][:8]}"
    except (OSError, UnicodeDecodeError, BundleError, KeyError):
        return None
    shipped = ModelVersion.objects.filter(path="", run=None)
    row = shipped.filter(version=name).first()
    if row is not None and (row.active or not shipped.filter(active=True).exists()):
        return row
    try:
        with transaction.atomic():
            now = timezone.now()
            if row is None:
                row = ModelVersion.objects.create(
                    number=next_number(), version=name, created_at=now
                )
            if shipped.filter(active=True).exists() or active() is None:
                _activate(row)
    except IntegrityError:  # another process did it at this moment
        return ModelVersion.objects.filter(path="", version=name).first()
    return row


def next_number() -> int:
    """The number of a new version."""
    return (ModelVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1


# === Changing places ===


def promote(version: ModelVersion, by: User | None, override_reason: str = "") -> None:
    """Let a version answer everywhere within five seconds, if the gate finds it no worse.

    Args:
        version: which.
        by: who; ``None``: the command line.
        override_reason: promotes it against the gate; it is kept in the audit log.

    Raises:
        PromotionRefused: with the gate's sentences, or because its files cannot be used.
    """
    if why := problem(version) or _cannot_run(version):
        raise PromotionRefused([why], overridable=False)
    reasons, comparison = _gate(version)
    override = override_reason.strip()
    if reasons and not override:
        audit.record(by, "version.refused", version, number=version.number, reasons=reasons)
        raise PromotionRefused(reasons)
    with transaction.atomic():
        before = active()
        _activate(version)
        audit.record(
            by,
            "version.promoted",
            version,
            number=version.number,
            before=before.number if before else None,
            comparison=comparison,
            **({"override": override, "reasons": reasons} if reasons else {}),
        )


def _cannot_run(version: ModelVersion) -> str:
    """Why the network cannot be opened; whole files may still hold nonsense."""
    from inference.errors import InferenceError
    from inference.runtime import load_runtime

    try:
        load_runtime("litert", bundle_of(version))
    except (InferenceError, OSError) as error:
        return str(error)
    return ""


def _gate(version: ModelVersion) -> tuple[list[str], int | None]:
    """What speaks against a version, and the key of the comparison that says so."""
    from emotionweb.training import gate, test_sets

    if test_sets.newest() is None:
        return [gate.no_test_set()], None
    if running() is None:
        return [], None  # anything is better than nothing
    comparison = gate.fresh(version) or gate.compare_versions(version)
    return gate.sentences(comparison), comparison.pk


def rollback(by: User | None) -> ModelVersion:
    """Go back to the version that answered before, without the gate; again: further back.

    Returns:
        The version that answers now.

    Raises:
        PromotionRefused: there was none whose files can be used.
    """
    with transaction.atomic():
        now_active = ModelVersion.objects.select_for_update().filter(active=True).first()
        version = next((row for row in _before(now_active) if not problem(row)), None)
        if version is None:
            raise PromotionRefused(
                [_("There is no earlier version whose files can be used.")], overridable=False
            )
        _activate(version, again=True)
        audit.record(
            by,
            "version.rolled_back",
            version,
            number=version.number,
            before=now_active.number if now_active else None,
        )
    return version


def _before(version: ModelVersion | None) -> QuerySet[ModelVersion]:
    rows = ModelVersion.objects.filter(promoted_at__isnull=False, active=False)
    if version is not None and version.promoted_at is not None:
        rows = rows.filter(promoted_at__lt=version.promoted_at)
    return rows.order_by("-promoted_at")


def _activate(version: ModelVersion, *, again: bool = False) -> None:
    """Make it the active one, in the running transaction.

    ``again``: it keeps its place in the order of promotions, so that a second rollback goes
    further back and not forth.
    """
    ModelVersion.objects.filter(active=True).exclude(pk=version.pk).update(active=False)
    version.active = True
    if not again or version.promoted_at is None:
        version.promoted_at = timezone.now()
    version.save(update_fields=["active", "promoted_at"])
    transaction.on_commit(_tell)


def _tell() -> None:
    forget_found()
    active_changed.send_robust(sender=ModelVersion)
