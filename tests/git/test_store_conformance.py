# SPDX-License-Identifier: Apache-2.0
"""One suite over both stores, both object formats and every shape of repository, held against git itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.errors import CannotDecide, ObjectMissing, RefMoved
from gatekeeper.git import libgit2
from gatekeeper.git.libgit2 import Libgit2Store
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.store import RefUpdate, Store, open_store
from tests.git import places
from tests.repo import RepoBuilder


class Place:
    def __init__(self, store: Store, builder: RepoBuilder) -> None:
        self.store, self.git = store, builder.git
        self.first, self.second = builder.git("rev-parse", "main~1"), builder.git("rev-parse", "main")


CASES = [
    (kind, shape, object_format)
    for kind in places.STORES
    for shape in places.SHAPES
    for object_format in places.FORMATS
    if not (kind == "libgit2" and object_format == "sha256")
]


@pytest.fixture(params=CASES, ids="-".join, scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One repository for all tests of a case; each test uses refs and contents of its own."""
    kind, shape, object_format = request.param
    with places.hermetic():
        path = places.make(shape, object_format, tmp_path_factory.mktemp("place"))
    with places.store_of(kind, path) as store:
        yield Place(store, RepoBuilder(path))


def test_it_reads_every_type_of_object_as_git_shows_it(place: Place) -> None:
    place.git("tag", "-a", "v1", "-m", "one", "main")
    for name in ("main", "main^{tree}", "main:dir", "main:a.txt", "v1"):
        oid = place.git("rev-parse", name)
        kind, content = place.store.read(oid)
        assert kind == place.git("cat-file", "-t", oid)
        assert place.git("hash-object", "-t", kind, "--stdin", stdin=content) == oid


def test_it_reads_many_in_the_order_asked(place: Place) -> None:
    oids = [place.second, place.first, place.second]
    assert [kind for kind, _ in place.store.read_many(oids)] == ["commit"] * 3
    assert list(place.store.read_many(oids)) == [place.store.read(oid) for oid in oids]


def test_a_missing_object_is_named(place: Place) -> None:
    nowhere = "1" * len(place.first)
    with pytest.raises(ObjectMissing, match=nowhere):
        place.store.read(nowhere)


@pytest.mark.parametrize("count", [1, 3, 250])
def test_what_it_writes_has_the_ids_git_gives_and_git_reads_it(place: Place, count: int) -> None:
    blobs = [("blob", b"%d\n" % number * number) for number in range(count)]
    oids = place.store.write(blobs)
    tree = b"".join(b"100644 %04d\0" % number + bytes.fromhex(oid) for number, oid in enumerate(oids))
    (top,) = place.store.write([("tree", tree)])
    assert [place.git("hash-object", "--stdin", stdin=content) for _, content in blobs[:5]] == oids[:5]
    assert place.git("ls-tree", "--name-only", top).split() == [f"{number:04}" for number in range(count)]
    assert list(place.store.read_many(oids)) == blobs
    assert place.git("fsck", "--strict", "--no-dangling") == ""


def test_equal_objects_are_written_once_and_nothing_is_no_work(place: Place) -> None:
    assert place.store.write([]) == []
    one, two = place.store.write([("blob", b"same"), ("blob", b"same")])
    assert one == two


def test_it_sees_what_another_process_wrote_meanwhile(place: Place) -> None:
    place.store.read(place.second)
    oid = place.git("hash-object", "-w", "--stdin", stdin=b"later")
    assert place.store.read(oid) == ("blob", b"later")


def test_history_is_parents_first_without_what_is_known(place: Place) -> None:
    assert place.store.commits(place.second, ()) == (place.first, place.second)
    assert place.store.commits(place.second, (place.first,)) == (place.second,)
    assert place.store.contains(place.second, place.first)
    assert place.store.contains(place.first, place.first)
    assert not place.store.contains(place.first, place.second)


def test_refs_move_by_compare_and_swap(place: Place) -> None:
    store, ref = place.store, "refs/notes/swap/one"
    store.update_refs([RefUpdate(ref, place.first, None)])
    assert store.ref(ref) == place.first == place.git("rev-parse", ref)
    assert store.refs("refs/notes/swap/") == {ref: place.first}
    with pytest.raises(RefMoved, match=ref):
        store.update_refs([RefUpdate(ref, place.second, None)])
    with pytest.raises(RefMoved, match=ref):
        store.update_refs([RefUpdate(ref, place.first, place.second)])
    store.update_refs([RefUpdate(ref, place.second, place.first)])
    store.update_refs([RefUpdate(ref, None, place.second)])
    assert store.ref(ref) is None
    with pytest.raises(RefMoved, match=ref):
        store.update_refs([RefUpdate(ref, place.first, place.second)])


def test_refs_move_all_or_none(place: Place) -> None:
    one, two = "refs/notes/all/one", "refs/notes/all/two"
    with pytest.raises(RefMoved, match="refs/heads/main"):
        place.store.update_refs(
            [RefUpdate(one, place.first, None), RefUpdate("refs/heads/main", place.first, place.first)]
        )
    assert place.store.ref(one) is None
    place.store.update_refs([RefUpdate(one, place.first, None), RefUpdate(two, place.second, None)])
    assert place.store.refs("refs/notes/all/") == {one: place.first, two: place.second}


def test_a_symbolic_ref_is_replaced_and_never_written_through(place: Place) -> None:
    ref = "refs/notes/symbolic"
    place.git("symbolic-ref", ref, "refs/heads/main")
    place.store.update_refs([RefUpdate(ref, place.first, place.second)])
    assert place.git("rev-parse", "refs/heads/main") == place.second
    assert place.store.ref(ref) == place.first


def test_what_lies_in_packs_and_what_lies_loose_is_read_in_one_go(place: Place) -> None:
    (loose,) = place.store.write([("blob", b"loose")])
    packed = place.store.write([("blob", b"packed %d" % number) for number in range(150)])
    read = list(place.store.read_many([packed[0], loose, packed[149], place.first]))
    assert read[:3] == [("blob", b"packed 0"), ("blob", b"loose"), ("blob", b"packed 149")]
    assert read[3][0] == "commit"


def test_the_bulk_store_is_libgit2_where_it_reads_the_format(tmp_path: Path) -> None:
    with open_store(places.opened(places.make("bare", "sha1", tmp_path))) as store:
        assert type(store) is Libgit2Store


@pytest.mark.parametrize("shape", places.SHAPES)
def test_libgit2_refuses_sha256_and_the_bulk_store_is_plumbing(shape: str, tmp_path: Path) -> None:
    repository = places.opened(places.make(shape, "sha256", tmp_path))
    with pytest.raises(CannotDecide, match="libgit2: it does not read sha256 repositories"):
        Libgit2Store(repository)
    with open_store(repository) as store:
        assert type(store) is PlumbingStore


def test_pygit2_itself_still_refuses_sha256(tmp_path: Path) -> None:
    """The day this fails, libgit2 has learnt it, and ``libgit2.refusal`` can let it through."""
    pygit2 = pytest.importorskip("pygit2")
    path = places.make("bare", "sha256", tmp_path)
    with pytest.raises(Exception, match="unknown object format 'sha256'"):
        pygit2.Repository(str(path))
    assert libgit2.refusal(places.opened(path)) is not None
