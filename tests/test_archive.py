"""Containers: what is read in them is what other programs read, and a copy differs in what was changed."""

import gzip
import io
import json
import random
import sys
import tarfile
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from containers import ASKED, MADE, PACK, UNPACK, record
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.archive import Piece, copied, kind_of, pieces
from dedupe.model import DedupeError

TEXTS = st.lists(
    st.text(
        st.sampled_from([*"abc \"'\\,;\n\r\té{}[]<>&", "\N{SNOWMAN}", "\N{GRINNING FACE}"]), min_size=1, max_size=9
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("containers")


@pytest.fixture
def small(monkeypatch):
    """A piece is large already from 64 KiB on."""
    for name, module in list(sys.modules.items()):
        if name.startswith("dedupe.archive.") and hasattr(module, "LARGEST"):
            monkeypatch.setattr(module, "LARGEST", 1 << 16)
        if name.startswith("dedupe.archive.") and hasattr(module, "BLOCK"):
            monkeypatch.setattr(module, "BLOCK", 1 << 12)
    return 1 << 16


def put(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return str(path)


def copy(path, changes=()):
    return b"".join(copied(path, ASKED, changes))


def told(path):
    return list(pieces(path, ASKED))


class TestKinds:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("a.jsonl", "jsonl"),
            ("A.NDJSON", "jsonl"),
            ("a.json.gz", "json.gz"),
            ("a.csv.zst", "csv.zst"),
            ("x/y.tar.bz2", "tar.bz2"),
            ("a.tgz", "tar.gz"),
            ("a.txz", "tar.xz"),
            ("CC-MAIN-1.warc.wet.gz", "wet.gz"),
            ("a.warc.gz", "warc.gz"),
            ("story.txt.gz", "one.gz"),
            ("a.parquet", "parquet"),
            ("a.zip", "zip"),
            ("story.txt", ""),
            ("story.docx", ""),
            ("a.gz/story", ""),
            ("", ""),
        ],
    )
    def test_by_the_end_of_the_name(self, name, kind):
        assert kind_of(name) == kind


@pytest.mark.parametrize("kind", MADE)
class TestCopies:
    @settings(max_examples=20)
    @given(texts=TEXTS, packing=st.sampled_from(list(PACK)), data=st.data())
    def test_only_what_was_changed_is_other(self, kind, folder, texts, packing, data):
        make, read = MADE[kind]
        plain = make(texts)
        path = put(folder, f"a.{kind}{packing}", PACK[packing](plain))
        found = told(path)
        assert [it.data for it in found] == read(plain)
        assert [it.number for it in found] == list(range(len(texts)))
        assert not any(it.fault for it in found)

        same = copy(path)
        assert UNPACK[packing](same) == plain

        new = st.one_of(st.none(), TEXTS.map(lambda it: record(it[0]) if kind.startswith("json") else it[0].encode()))
        chosen = data.draw(st.dictionaries(st.integers(0, len(texts) - 1), new, max_size=4))
        changes = sorted(chosen.items())
        wanted = [it for it in (chosen.get(it.number, it.data) for it in found) if it is not None]
        other = copy(path, changes)
        assert read(UNPACK[packing](other)) == wanted
        assert other == copy(path, iter(changes))
        assert [it.data for it in told(put(folder, f"b.{kind}{packing}", other))] == wanted

    def test_changes_back_again_give_the_first_one(self, kind, folder):
        make, _ = MADE[kind]
        plain = make(["one", "two", "three", "four"])
        path = put(folder, f"c.{kind}", plain)
        first = told(path)
        new = record("words") if kind.startswith("json") else b"words"
        other = put(folder, f"d.{kind}", copy(path, [(1, new), (3, new)]))
        assert [it.data for it in told(other)][::2] == [it.data for it in first][::2]
        back = put(folder, f"e.{kind}", copy(other, [(1, first[1].data), (3, first[3].data)]))
        assert [it._replace(fault="") for it in told(back)] == first
        if kind in ("jsonl", "json", "csv", "tar"):
            assert (folder / f"e.{kind}").read_bytes() == plain

    def test_changes_that_find_no_piece_are_refused(self, kind, folder):
        path = put(folder, f"f.{kind}", MADE[kind][0](["one", "two"]))
        with pytest.raises(DedupeError, match="run dedupe again"):
            copy(path, [(2, record("x"))])
        with pytest.raises(ValueError, match="ascend"):
            copy(path, [(1, record("x")), (1, record("y"))])

    @pytest.mark.parametrize("packing", PACK)
    def test_inside_a_zip_and_a_tar(self, kind, packing, folder):
        make, read = MADE[kind]
        inner = PACK[packing](make(["one", "two", "three"]))
        name = f"in/a.{kind}{packing}"
        zip_file, tar_file = io.BytesIO(), io.BytesIO()
        with zipfile.ZipFile(zip_file, "w", zipfile.ZIP_DEFLATED) as package:
            for member, data in (("x.txt", b"before"), (name, inner), ("y.txt", b"after")):
                package.writestr(member, data)
        with tarfile.open(fileobj=tar_file, mode="w") as package:
            for member, data in (("x.txt", b"before"), (name, inner), ("y.txt", b"after")):
                info = tarfile.TarInfo(member)
                info.size = len(data)
                package.addfile(info, io.BytesIO(data))
        for file, outer in ((zip_file, "zip"), (tar_file, "tar")):
            path = put(folder, f"g.{outer}", file.getvalue())
            found = told(path)
            assert [it.data for it in found] == [b"before", *read(make(["one", "two", "three"])), b"after"]
            assert all(it.key.startswith(name) for it in found[1:-1])
            assert copy(path) == file.getvalue()
            assert copy(path, [(4, b"AFTER")]).count(
                inner if outer == "tar" else zlib.crc32(inner).to_bytes(4, "little")
            )
            other = put(folder, f"h.{outer}", copy(path, [(0, b"BEFORE"), (2, record("other")), (3, None)]))
            assert [it.data for it in told(other)] == [b"BEFORE", found[1].data, record("other"), b"after"]


class TestLines:
    def test_lines_say_where_they_stand(self, folder):
        path = put(folder, "l.jsonl", b'\xef\xbb\xbf\n{"a":1}\r\n \t\n{"b":2}')
        assert told(path) == [Piece(0, "", "jsonl", b'{"a":1}', 2), Piece(1, "", "jsonl", b'{"b":2}', 4)]
        assert copy(path, [(0, b"{}"), (1, None)]) == b"\xef\xbb\xbf\n{}\r\n \t\n"

    def test_a_record_stays_on_its_line(self, folder):
        path = put(folder, "l.jsonl", b"{}\n")
        with pytest.raises(DedupeError, match="line 1: a record stays on one line"):
            copy(path, [(0, b"{\n}")])

    def test_a_line_without_end_costs_only_itself(self, folder, small):
        data = b'{"a":1}\n' + b"x" * (small + 5) + b'\n{"b":2}\n'
        path = put(folder, "long.jsonl", data)
        first, long, last = told(path)
        assert (first.data, last.data, last.line) == (b'{"a":1}', b'{"b":2}', 3)
        assert long.fault == f"{path}: line 2: a line larger than 64 MiB; it stays as it is"
        assert copy(path) == data
        assert copy(path, [(2, b"{}")]) == data[:-8] + b"{}\n"

    def test_utf_16_is_refused(self, folder):
        data = "{}\n{}".encode("utf-16")
        path = put(folder, "wide.jsonl", data)
        assert "convert it to UTF-8 first" in told(path)[0].fault
        assert copy(path) == data


class TestArray:
    @pytest.mark.parametrize(
        ("data", "kinds", "fault"),
        [
            (b'[{"a":1} {"b":2}]', ["jsonl", ""], "line 1: is no JSON from here on"),
            (b'[\n{"a":\n1},}', ["ninjs", ""], "line 3: is no JSON from here on"),
            (b'[{"a":1}, {"b', ["jsonl", ""], "line 1: is cut off from here on"),
            (b'{"a":1}\n{"b":2}\n', ["jsonl", "jsonl"], ""),
            (b'{"a":\n1}\n', ["ninjs"], ""),
            (b'[{"children": [{"text": "x"}]}]', ["ninjs"], ""),
            (b"[]", [], ""),
            (b"", ["ninjs"], ""),
        ],
    )
    def test_what_is_no_plain_array(self, folder, data, kinds, fault):
        path = put(folder, "a.json", data)
        found = told(path)
        assert [it.kind for it in found] == kinds
        assert fault in "".join(it.fault for it in found)
        assert copy(path) == data

    @given(
        st.lists(
            st.recursive(
                st.text(st.sampled_from('ab"\\{}[],: é\n'), max_size=5) | st.integers() | st.none(),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text('a\\"}', max_size=3), inner, max_size=3)
                ),
                max_leaves=12,
            ),
            max_size=5,
        ),
        st.sampled_from([None, 1]),
    )
    def test_elements_are_those_that_json_reads(self, folder, values, indent):
        data = json.dumps(values, indent=indent, ensure_ascii=False).encode()
        if b'"children"' in data:
            return
        path = put(folder, "r.json", data)
        assert [json.loads(it.data) for it in told(path)] == [it for it in values if isinstance(it, (dict, list))]
        assert copy(path) == data

    def test_an_element_too_large_costs_only_itself(self, folder, small):
        data = b'[{"a":1},\n{"x":"' + b'\\"{' + b"{" * small + b'"}, {"b":2}]'
        path = put(folder, "large.json", data)
        first, large, last = told(path)
        assert (first.data, last.data) == (b'{"a":1}', b'{"b":2}')
        assert large.fault == f"{path}: line 2: an element larger than 64 MiB; it stays as it is"
        assert copy(path, [(0, None)]) == b"[" + data[10:]


class TestTable:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_names_dates_and_lines(self, folder, delimiter):
        rows = [["url", "content", "published"], ["a", '"x\ny"', "2020-01-02"], ["", "z", "yesterday"]]
        path = put(folder, "t.csv", "\n".join(delimiter.join(row) for row in rows).encode())
        assert told(path) == [
            Piece(0, "a", "text", b"x\ny", 2, "2020-01-02"),
            Piece(1, "2", "text", b"z", 4, ""),
        ]

    def test_the_column_that_is_asked_for(self, folder):
        path = put(folder, "t.csv", b"nr,text,Notiz\n7,a,b\n")
        asked = ASKED._replace(text_field="notiz", id_field="nr")
        assert list(pieces(path, asked)) == [Piece(0, "7", "text", b"b", 2)]
        with pytest.raises(DedupeError, match=r"has no column Notit \(--text-field\); did you mean Notiz\?"):
            list(pieces(path, ASKED._replace(text_field="Notit")))

    def test_no_column_of_text(self, folder):
        path = put(folder, "t.csv", b"a,b\n1,2\n")
        with pytest.raises(
            DedupeError, match=r"t.csv: no column is known to hold text \(a, b\); name it with --text-field"
        ):
            told(path)

    def test_quotes_are_kept_and_come_where_they_must(self, folder):
        path = put(folder, "t.csv", b'text,x\r\n"a",1\r\nb,"2"\r\nc"d,3\r\n')
        assert [it.data for it in told(path)] == [b"a", b"b", b'c"d']
        assert copy(path, [(0, b"A"), (1, b"B,B"), (2, b'"')]) == b'text,x\r\n"A",1\r\n"B,B","2"\r\n"""",3\r\n'

    def test_other_encodings_come_back_in_them(self, folder):
        path = put(folder, "t.csv", "text,x\nfür,ü\n".encode("cp1252"))
        asked = ASKED._replace(encoding="cp1252")
        assert [it.data for it in pieces(path, asked)] == ["für".encode()]
        assert b"".join(copied(path, asked, [(0, "ö".encode())])) == "text,x\nö,ü\n".encode("cp1252")
        with pytest.raises(DedupeError, match="cannot be written in cp1252"):
            b"".join(copied(path, asked, [(0, "\N{SNOWMAN}".encode())]))

    @pytest.mark.parametrize(
        ("encoding", "why"), [("klingon", "no such text encoding"), ("utf-16", "convert it to UTF-8")]
    )
    def test_encodings_in_which_no_row_can_be_told(self, folder, encoding, why):
        path = put(folder, "t.csv", b"text\na\n")
        with pytest.raises(DedupeError, match=why):
            list(pieces(path, ASKED._replace(encoding=encoding)))

    def test_bad_rows_cost_only_themselves(self, folder):
        data = b'id,text\n1\n\n2,b\n3,"open\n4,d\n'
        path = put(folder, "t.csv", data)
        short, good, torn = told(path)
        assert short.fault == f"{path}: 1: line 2: has 1 cells, and its text would be cell 2"
        assert (good.data, good.line) == (b"b", 4)
        assert torn.fault.startswith(f"{path}: line 5: what follows is not read: a quote is never closed")
        assert copy(path) == data

    def test_rows_in_any_chunks(self, folder, monkeypatch):
        data = MADE["csv"][0](['a"b', "c\r\nd", "e;f", "\r"])
        path = put(folder, "t.csv", data)
        whole = told(path)
        for size in range(1, 40):
            monkeypatch.setattr("dedupe.archive.packing.BLOCK", size)
            assert told(path) == whole
            assert copy(path) == data

    def test_many_quotes_cost_no_more_than_others(self, folder):
        path = put(folder, "t.csv", b'text\n"' + b'""' * 1_000_000 + b'"\nx')
        assert [len(it.data) for it in told(path)] == [1_000_000, 1]


class TestParquet:
    @pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
    @pytest.mark.parametrize("stored", [True, False])
    def test_schema_groups_and_compression_are_kept(self, folder, kind, stored):
        texts = pa.array(["a", None, "é", "d", "a", "b"])
        texts = texts.dictionary_encode() if pa.types.is_dictionary(kind) else texts.cast(kind)
        columns = {"text": texts, "date": pa.array([10**9] * 6, pa.timestamp("s")), "n": list(range(6))}
        path = folder / "k.parquet"
        rows = pa.table(columns)
        with pq.ParquetWriter(
            path, rows.schema, store_schema=stored, compression={"text": "gzip", "date": "none", "n": "zstd"}
        ) as writer:
            writer.write_table(rows, row_group_size=4)
            writer.add_key_value_metadata({"more": "of it"})
        found = told(str(path))
        assert [(it.data, it.key, it.date[:10]) for it in found][1] == ("é".encode(), "3", "2001-09-09")
        other = pq.ParquetFile(io.BytesIO(copy(str(path), [(1, "ö".encode()), (2, None)])))
        first = pq.ParquetFile(path)
        assert other.schema.equals(first.schema)
        assert other.schema_arrow.equals(first.schema_arrow, check_metadata=True)
        assert other.metadata.metadata.keys() == first.metadata.metadata.keys()
        assert other.metadata.metadata[b"more"] == b"of it"
        assert [other.metadata.row_group(it).num_rows for it in range(2)] == [3, 2]
        packings = [[file.metadata.row_group(0).column(it).compression for it in range(3)] for file in (first, other)]
        assert packings[0] == packings[1]
        wanted = first.read().to_pylist()
        wanted[2]["text"] = "ö"
        del wanted[3]
        assert other.read().to_pylist() == wanted

    def test_a_corrupt_page_costs_its_row_group(self, folder):
        data = bytearray(MADE["parquet"][0]([f"text {it}" for it in range(9)]))
        page = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(1).column(1)
        for at in range(page.dictionary_page_offset, page.dictionary_page_offset + page.total_compressed_size):
            data[at] ^= 0x5A
        path = put(folder, "c.parquet", data)
        found = told(path)
        assert [it.data for it in found if not it.fault] == [b"text %d" % it for it in (0, 1, 2, 6, 7, 8)]
        (fault,) = [it for it in found if it.fault]
        assert fault.number == 3
        assert fault.fault.startswith(f"{path}: rows 4 to 6: damaged")
        rest = bytearray()
        with pytest.raises(DedupeError, match="rows 4 to 6: damaged"):
            for chunk in copied(path, ASKED, [(6, b"new")]):
                rest += chunk
        assert MADE["parquet"][1](bytes(rest)) == [b"text 0", b"text 1", b"text 2", b"text 6", b"text 7", b"new"]

    def test_a_column_that_is_no_text(self, folder):
        path = folder / "n.parquet"
        pq.write_table(pa.table({"text": [1, 2]}), path)
        with pytest.raises(DedupeError, match="no column is known to hold text"):
            told(str(path))
        with pytest.raises(DedupeError, match="column text holds int64, no text; name another with --text-field"):
            list(pieces(str(path), ASKED._replace(text_field="text")))

    @pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1 no, it is not PAR1", b"text"])
    def test_what_is_none(self, folder, data):
        with pytest.raises(DedupeError, match="no whole Parquet file"):
            told(put(folder, "x.parquet", data))


@pytest.mark.parametrize(("module", "name"), [("pyarrow", "x.parquet"), ("zstandard", "x.jsonl.zst")])
def test_an_extra_that_is_not_there(folder, monkeypatch, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    path = put(folder, name, PACK[".zst"](b"{}\n"))
    for run in (lambda: told(path), lambda: copy(path)):
        with pytest.raises(DedupeError) as refused:
            run()
        assert refused.value.message == f"{path}: needs {module}: pip install 'wire-dedupe[archive]'"


class TestWarc:
    def test_a_record_is_a_member_of_its_own(self, folder):
        path = put(folder, "m.warc.gz", gzip.compress(MADE["warc"][0](["one", "two", "three"])))
        data, members = copy(path, [(1, b"TWO")]), 0
        while data:
            member = zlib.decompressobj(31)
            assert member.decompress(data).startswith(b"WARC/1.0\r\n")
            data, members = member.unused_data, members + 1
        assert members == 7

    def test_a_bad_record_costs_only_itself(self, folder):
        data = MADE["wet"][0](["one", "two", "three"])
        at = data.index(b"WARC/1.0", 20)
        data = data[:at] + b"rubbish\r\nmore of it\r\n" + data[at:]
        path = put(folder, "bad.warc", data)
        found = told(path)
        assert [it.data for it in found if not it.fault] == [b"one", b"two", b"three"]
        assert [it.number for it in found if it.fault] == [1]
        assert copy(path) == data

    def test_bodies_that_are_not_what_they_say(self, folder):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        bodies = [
            head + b"Transfer-Encoding: chunked\r\n\r\nno chunks at all",
            head + b"Content-Encoding: gzip\r\n\r\n<p>not packed",
            head + b"Content-Encoding: br\r\n\r\nxyz",
            head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n9\r\nab",
            head + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 1000)[:-9],
        ]
        record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: u:%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        data = b"".join(record % (number, len(body), body) for number, body in enumerate(bodies))
        path = put(folder, "odd.warc", data)
        found = told(path)
        assert [it.data for it in found] == [b"no chunks at all", b"<p>not packed", b"", b"", b""]
        assert [bool(it.fault) for it in found] == [False, False, True, True, True]
        assert copy(path) == data
        assert b"\r\nContent-Length: 3\r\nContent-Type: text/html\r\n\r\nNEW\r\n\r\nWARC" in copy(path, [(0, b"NEW")])


def test_one_compressed_story(folder):
    path = put(folder, "story.md.gz", gzip.compress(b"# A story"))
    assert told(path) == [Piece(0, "", "markdown", b"# A story")]
    assert gzip.decompress(copy(path, [(0, b"# Another")])) == b"# Another"


def test_sizes_that_are_no_piece_any_more(folder, small):
    """A member of more than 64 MiB is a fault, and comes through."""
    zeros = bytes(small + 1)
    zip_file = io.BytesIO()
    with zipfile.ZipFile(zip_file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("a.txt", zeros)
        package.writestr("b.txt", b"good")
        package.writestr("c.jsonl", b"{}\n" * 10 + b" " * small + b'\n{"last":1}\n')
    path = put(folder, "large.zip", zip_file.getvalue())
    found = told(path)
    assert found[0].fault == f"{path}: a.txt: larger than 64 MiB; it stays as it is"
    assert found[1].data == b"good"
    assert found[-1].data == b'{"last":1}'
    assert copy(path) == zip_file.getvalue()
    other = copy(path, [(found[-1].number, b'{"new":1}')])
    with zipfile.ZipFile(io.BytesIO(other)) as package:
        assert package.testzip() is None
        assert package.read("c.jsonl").endswith(b'\n{"new":1}\n')


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_large_containers_in_a_tar(folder, small, packing):
    """Their new size stands before them, and is known only behind them."""
    chance = random.Random(packing)
    texts = ["".join(map(chr, chance.choices(range(0x3400, 0x9000), k=3_000))) for _ in range(10)]  # no packing helps
    members = {
        "a.txt": b"one",
        "b.csv": MADE["csv"][0](texts),
        "c.jsonl.gz": gzip.compress(MADE["jsonl"][0](texts * 2)),
    }
    members |= {"d.json": MADE["json"][0](texts), "e.txt": b"two", "f.zip": bytes(small + 1)}
    assert sum(len(data) > small for data in members.values()) == 4
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as package:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))
    path = put(folder, f"large.tar{packing}", PACK[packing](file.getvalue()))
    found = told(path)
    assert [it.data.decode() for it in found[1:11]] == texts
    assert len(found) == 1 + 10 + 20 + 10 + 1 + 1
    assert "f.zip: a zip larger than 64 MiB" in found[-1].fault
    assert UNPACK[packing](copy(path)) == file.getvalue()
    changes = {0: b"ONE", 3: None, 4: b"other " * 99, 35: b'{"a":"' + b"long " * 99 + b'"}', 41: b"TWO"}
    other = copy(path, iter(sorted(changes.items())))
    wanted = [data for data in (changes.get(it.number, it.data) for it in found[:-1]) if data is not None]
    assert [it.data for it in told(put(folder, f"larger.tar{packing}", other))][:-1] == wanted
    with tarfile.open(fileobj=io.BytesIO(UNPACK[packing](other))) as package:
        assert package.getnames() == list(members)
        assert package.extractfile("c.jsonl.gz").read() == members["c.jsonl.gz"]
        assert len(json.loads(package.extractfile("d.json").read())) == 13
