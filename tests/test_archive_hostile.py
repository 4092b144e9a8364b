"""Containers that were made to do harm, or have come to some: names, links, sizes, damage."""

import bz2
import gzip
import io
import lzma
import random
import struct
import sys
import tarfile
import tracemalloc
import warnings
import zipfile
import zlib

import pytest
from containers import ASKED, MADE, PACK, UNPACK, record

from dedupe.archive import copied, pieces
from dedupe.model import DedupeError

WRITES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.utime",
}
SEEN = None


def _watch(event, args):
    if SEEN is None:
        return
    if event in WRITES or event.startswith(("subprocess", "socket", "os.exec")):
        SEEN.append((event, args))
    elif event == "open" and (set("wax+") & set(args[1] or "") or (args[1] is None and args[2] & 3)):
        SEEN.append((event, args))


sys.addaudithook(_watch)


@pytest.fixture
def watched():
    """What a test makes the program write, which is nothing."""
    global SEEN
    SEEN = []
    yield
    seen, SEEN = SEEN, None
    assert seen == []


NAMES = [
    "../../x.txt",
    "/etc/x.txt",
    "..\\..\\x.txt",
    "C:\\x.txt",
    "\\\\host\\share\\x.txt",
    "a/../../x.txt",
    "./x.txt",
    "//x.txt",
    "a\nb.txt",
    "a\x1b[31m.txt",
    "\u202etxt.txt",
    "é\N{SNOWMAN}.txt",
    "n" * 240 + ".txt",
    "con.txt",
    "-rf.txt",
    "~/x.txt",
    " .txt",
    ".txt",
    "$(x).txt",
    "a/" * 100 + "x.txt",
]


def zipped(*members):
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")
        for name, data in members:
            package.writestr(name, data)
    return file.getvalue()


def tarred(*members, kind=tarfile.GNU_FORMAT):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=kind) as package:
        for name, data, *link in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            if link:
                member.type, member.linkname = link
            package.addfile(member, io.BytesIO(data))
    return file.getvalue()


OUTER = {
    "zip": (zipped, bytes),
    "tar": (tarred, bytes),
    "tar.gz": (lambda *members: gzip.compress(tarred(*members, kind=tarfile.PAX_FORMAT)), gzip.decompress),
}


def put(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return str(path)


def told(path):
    return list(pieces(path, ASKED))


def copy(path, changes=()):
    """The bytes of a copy, and why it ended, if it did before its end."""
    data = bytearray()
    try:
        for chunk in copied(path, ASKED, changes):
            data += chunk
    except DedupeError as error:
        assert "\n" not in error.message
        return bytes(data), error.message
    return bytes(data), ""


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_are_only_names(tmp_path, monkeypatch, request, outer, name):
    monkeypatch.chdir(tmp_path)
    make, unmake = OUTER[outer]
    path = put(tmp_path, f"a.{outer}", make((name, b"one"), ("b.txt", b"two"), (name, b"three")))
    request.getfixturevalue("watched")
    found = told(path)
    assert [it.data for it in found] == [b"one", b"two", b"three"]
    assert (found[0].key, found[1].key, found[2].key) == (name, "b.txt", name)
    data, why = copy(path, [(2, b"other")])
    assert not why
    assert unmake(copy(path)[0]) == unmake((tmp_path / f"a.{outer}").read_bytes())
    assert sorted(it.name for it in tmp_path.iterdir()) == [f"a.{outer}"]
    file = io.BytesIO(data)
    if outer == "zip":
        with zipfile.ZipFile(file) as package:
            assert [package.read(it) for it in package.infolist()] == [b"one", b"two", b"other"]
    else:
        with tarfile.open(fileobj=file) as package:
            assert [package.extractfile(it).read() for it in package.getmembers()] == [b"one", b"two", b"other"]


def test_links_and_devices_come_through(tmp_path, watched):
    kinds = (
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
        b"Z",
    )
    data = tarred(*((f"l{number}.txt", b"", kind, "/etc/passwd") for number, kind in enumerate(kinds)), ("a.txt", b"x"))
    file = io.BytesIO(data)
    global SEEN
    SEEN = None
    path = put(tmp_path, "l.tar", file.getvalue())
    SEEN = []
    assert [it.key for it in told(path)] == ["a.txt"]
    other = copy(path, [(0, b"y")])[0]
    at = data.index(b"a.txt")
    assert other[:at] == data[:at]


class TestZip:
    def test_a_member_with_another_checksum_costs_only_itself(self, tmp_path):
        data = zipped(("a.txt", b"one"), ("b.txt", b"two"))
        for crc in (zlib.crc32(b"one"),):
            data = data.replace(struct.pack("<I", crc), struct.pack("<I", crc ^ 1))
        path = put(tmp_path, "a.zip", data)
        bad, good = told(path)
        assert bad.fault.startswith(f"{path}: a.txt: damaged: its checksum")
        assert (good.number, good.data) == (1, b"two")
        assert copy(path) == (data, "")
        other = copy(path, [(1, b"TWO")])[0]
        with zipfile.ZipFile(io.BytesIO(other)) as package:
            assert package.testzip() == "a.txt"
            assert package.read("b.txt") == b"TWO"

    def test_what_cannot_be_read_passes_with_its_reason(self, tmp_path):
        data = bytearray(zipped(("secret.txt", b"one"), ("odd.txt", b"two"), ("c.txt", b"three")))
        for name, at, value in ((b"secret.txt", 6, 1), (b"odd.txt", 8, 97)):
            local, central = data.index(name) - 30, data.rindex(name) - 46
            data[local + at], data[central + at + 2] = value, value
        path = put(tmp_path, "a.zip", data)
        secret, odd, good = told(path)
        assert "secret.txt: is protected with a password" in secret.fault
        assert "odd.txt: is packed in a way that is not read here (method 97)" in odd.fault
        assert good.data == b"three"
        assert copy(path) == (bytes(data), "")
        with pytest.raises(DedupeError, match="password"):
            b"".join(copied(path, ASKED, [(0, b"x")]))

    def test_members_that_overlap_are_not_read(self, tmp_path):
        data = bytearray(zipped(("a.txt", b"one" * 50), ("b.txt", b"two" * 50)))
        second = data.rindex(b"b.txt") - 46
        data[second + 42 : second + 46] = bytes(4)  # it says that it begins where the first one does
        path = put(tmp_path, "a.zip", data)
        found = told(path)
        assert "overlaps another member" in found[0].fault
        assert copy(path) == (bytes(data), "")

    @pytest.mark.parametrize("data", [b"", b"PK", b"PK\5\6", b"no zip at all" * 10, zipped(("a.txt", b"x"))[:-1]])
    def test_what_is_none(self, tmp_path, data):
        with pytest.raises(DedupeError, match=r"no whole zip|its directory is damaged"):
            told(put(tmp_path, "a.zip", data))

    def test_an_empty_one(self, tmp_path):
        path = put(tmp_path, "a.zip", zipped())
        assert told(path) == []
        assert copy(path) == (zipped(), "")

    def test_sizes_of_64_bits(self, tmp_path):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for name in ("a.txt", "b.txt"):
                with package.open(name, "w", force_zip64=True) as member:
                    member.write(name.encode())
        path = put(tmp_path, "a.zip", file.getvalue())
        assert [it.data for it in told(path)] == [b"a.txt", b"b.txt"]
        assert copy(path) == (file.getvalue(), "")
        with zipfile.ZipFile(io.BytesIO(copy(path, [(0, b"other")])[0])) as package:
            assert package.testzip() is None
            assert [package.read(it) for it in package.infolist()] == [b"other", b"b.txt"]

    @pytest.mark.long
    def test_more_members_than_16_bits_count(self, tmp_path):
        count = 65_540
        path = put(tmp_path, "many.zip", zipped(*((f"{it}.png", b"") for it in range(count)), ("last.txt", b"x")))
        assert [it.key for it in told(path)] == ["last.txt"]
        with zipfile.ZipFile(io.BytesIO(copy(path, [(0, b"other")])[0])) as package:
            assert len(package.infolist()) == count + 1
            assert package.read("last.txt") == b"other"

    def test_a_member_written_by_a_stream(self, tmp_path):
        class Pipe(io.BytesIO):
            def seekable(self):
                return False

            def seek(self, *_):
                raise io.UnsupportedOperation

            def tell(self):
                raise io.UnsupportedOperation

        file = Pipe()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("a.txt", b"one")
            package.writestr("b.txt", b"two")
        path = put(tmp_path, "a.zip", file.getvalue())
        assert [it.data for it in told(path)] == [b"one", b"two"]
        with zipfile.ZipFile(io.BytesIO(copy(path, [(0, b"ONE")])[0])) as package:
            assert package.testzip() is None
            assert [package.read(it) for it in package.infolist()] == [b"ONE", b"two"]


class TestNested:
    def test_one_level_only(self, tmp_path):
        inner = zipped(
            ("deep.jsonl.gz", gzip.compress(b"{}")), ("deep.zip", zipped()), ("x.json", b"[{}]"), ("y.txt", b"y")
        )
        path = put(tmp_path, "a.tar", tarred(("in.zip", inner), ("z.txt", b"z")))
        found = told(path)
        assert [(it.key, it.kind) for it in found] == [
            ("in.zip/deep.jsonl.gz", ""),
            ("in.zip/deep.zip", ""),
            ("in.zip/x.json", "ninjs"),
            ("in.zip/y.txt", "text"),
            ("z.txt", "text"),
        ]
        assert all("a container inside a container" in it.fault for it in found[:2])

    @pytest.mark.parametrize("outer", OUTER)
    def test_a_bad_one_costs_only_itself(self, tmp_path, outer):
        make, unmake = OUTER[outer]
        members = [
            ("a.jsonl.gz", gzip.compress(record("x") + b"\n", mtime=0)[:-9]),
            ("b.zip", b"no zip"),
            ("c.csv", b"a,b\n1,2\n"),
            ("d.parquet", b"PAR1"),
            ("e.txt", b"good"),
        ]
        path = put(tmp_path, f"a.{outer}", make(*members))
        found = told(path)
        assert [it.key for it in found if it.fault] == ["a.jsonl.gz", "b.zip", "c.csv", "d.parquet"]
        assert all(it.fault.startswith(f"{path}: {it.key}: ") for it in found if it.fault)
        assert found[-1].data == b"good"
        assert unmake(copy(path)[0]) == unmake(make(*members))
        data, why = copy(path, [(found[-1].number, b"better")])
        assert not why
        assert b"better" in unmake(data) or outer == "zip"


class TestDamage:
    @pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz", ".zst"])
    def test_a_cut_gives_what_could_be_read(self, tmp_path, packing):
        plain = b"".join(record(f"{number} {random.Random(number).random()}") + b"\n" for number in range(5_000))
        whole = PACK[packing](plain)
        for part in (0.999, 0.4):
            path = put(tmp_path, f"a.jsonl{packing}", whole[: int(len(whole) * part)])
            *found, fault = told(path)
            assert fault.fault.startswith(f"{path}: cut off after ")
            assert fault.number == len(found)
            assert plain.startswith(b"".join(it.data + b"\n" for it in found))
            data, why = copy(path)
            assert why == fault.fault
            assert plain.startswith(UNPACK[packing](data))
            assert UNPACK[packing](data).count(b"\n") == len(found)
        path = put(tmp_path, f"b.jsonl{packing}", whole + b"rubbish behind it")
        assert len(told(path)) == 5_001

    @pytest.mark.parametrize("packing", ["", ".gz"])
    @pytest.mark.parametrize("kind", MADE)
    def test_any_damage_is_a_fault_or_seen_by_nobody(self, tmp_path, kind, packing):
        """Never another exception than DedupeError, and always as many pieces in the copy."""
        whole = PACK[packing](MADE[kind][0]([f"text {number}" for number in range(8)]))
        chance = random.Random(kind)
        for number in range(24):
            data = bytearray(whole)
            if number % 2:
                data = data[: chance.randrange(len(data))]
            for _ in range(chance.randrange(1, 4) if data else 0):
                data[chance.randrange(len(data))] = chance.randrange(256)
            path = put(tmp_path, f"a.{kind}{packing}", data)
            try:
                found = told(path)
            except DedupeError as error:
                assert "\n" not in error.message
                continue
            assert [it.number for it in found] == list(range(len(found)))
            assert not any("\n" in it.fault for it in found)
            same, why = copy(path)
            assert packing or why or same == bytes(data)
            good = [it.number for it in found if not it.fault]
            if good and kind != "parquet":
                changed = record("new") if kind.startswith("json") else b"new"
                _, why = copy(path, [(good[-1], changed)])
                assert not why or any(it.fault for it in found), why

    @pytest.mark.parametrize("cut", [100, 512, 600, 1024, 1500, 2048])
    def test_a_cut_tar(self, tmp_path, cut):
        data = tarred(("a.txt", b"a" * 600), ("b.txt", b"b" * 10))[:cut]
        path = put(tmp_path, "a.tar", data)
        found = told(path)
        assert "cut off" in found[-1].fault
        assert copy(path)[0] == data


def test_many_small_lines_from_little_take_little_memory(tmp_path):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = (b'{"body": "' + b"x" * 4_000 + b'"}\n') * 1_000
    path = put(tmp_path, "bomb.jsonl.gz", b"".join(packer.compress(block) for _ in range(15)) + packer.flush())
    tracemalloc.start()
    try:
        assert sum(1 for _ in pieces(path, ASKED)) == 15_000
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.long
@pytest.mark.parametrize("packing", [".gz", ".zst", ".bz2", ".xz"])
def test_a_line_without_end_takes_little_memory(tmp_path, packing):
    size = 1 << 30
    packer = {
        ".gz": lambda: zlib.compressobj(1, zlib.DEFLATED, 31),
        ".bz2": bz2.BZ2Compressor,
        ".xz": lambda: lzma.LZMACompressor(preset=0),
    }.get(packing)
    if packer is None:
        import zstandard

        packer = zstandard.ZstdCompressor().compressobj
    packer = packer()
    data = (
        b"".join(packer.compress(b"x" * (1 << 20)) for _ in range(size >> 20))
        + packer.compress(b'\n{"a":1}\n')
        + packer.flush()
    )
    path = put(tmp_path, f"a.jsonl{packing}", data)
    tracemalloc.start()
    try:
        long, last = told(path)
        assert tracemalloc.get_traced_memory()[1] < 400e6
    finally:
        tracemalloc.stop()
    assert "larger than 64 MiB" in long.fault
    assert last.data == b'{"a":1}'


@pytest.mark.long
def test_a_member_of_3_gigabytes_comes_through(tmp_path):
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        with package.open("a.txt", "w", force_zip64=True) as member:
            for _ in range(3 << 10):
                member.write(bytes(1 << 20))
        package.writestr("b.txt", b"good")
    large, good = told(str(path))
    assert "larger than 64 MiB" in large.fault
    assert good.data == b"good"
    data, why = copy(str(path))
    assert (data, why) == (path.read_bytes(), "")
