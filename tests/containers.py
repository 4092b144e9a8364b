"""Containers of stories as other programs make them, and what those programs read in them."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import warnings
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dedupe.archive import Asked
from dedupe.formats import SUFFIXES

ASKED = Asked(SUFFIXES)
PACK = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
UNPACK = {
    "": bytes,
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zst": lambda data: zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read(),
}


def record(text):
    return json.dumps({"id": "x", "body": text}).encode()


def made_jsonl(texts):
    return b"\xef\xbb\xbf" + b"\r\n\n".join(map(record, texts))


def read_jsonl(data):
    return [line for line in data.decode("utf-8-sig").encode().replace(b"\r", b"").split(b"\n") if line]


def made_json(texts):
    return b"[\n  " + b",\n  ".join([*map(record, texts), b'"loose", 5, null']) + b"\n]\n"


def read_json(data):
    *found, loose, five, null = json.loads(data)
    assert (loose, five, null) == ("loose", 5, None)
    return [json.dumps(it).encode() for it in found]


def made_csv(texts):
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=";")
    rows.writerow(["id", "Text", "note, or not"])
    rows.writerows([f"n{number}", text, 'said "so"\r\nand more'] for number, text in enumerate(texts))
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def read_csv(data):
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert head[1] == "Text"
    assert all(row[2] == 'said "so"\r\nand more' for row in rows)
    return [row[1].encode() for row in rows]


def made_parquet(texts):
    file = io.BytesIO()
    columns = {"n": list(range(len(texts))), "body": pa.array(texts, pa.string()), "tags": [["a", None]] * len(texts)}
    table = pa.table(columns).replace_schema_metadata({"made": "by hand"})
    pq.write_table(
        table, file, row_group_size=3, compression={"n": "none", "body": "zstd", "tags.list.element": "gzip"}
    )
    return file.getvalue()


def read_parquet(data):
    table = pq.read_table(io.BytesIO(data))
    assert table.schema.metadata == {b"made": b"by hand"}
    assert table.column("tags").to_pylist() == [["a", None]] * len(table)
    return [text.encode() for text in table.column("body").to_pylist()]


def made_warc(texts):
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=False)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "a test"}))
    for number, text in enumerate(texts):
        body = text.encode()
        head = [("Content-Type", "text/html; charset=utf-8"), ("Server", "a")]
        if number % 2:
            body = gzip.compress(body)
            head.append(("Content-Encoding", "gzip"))
        if number % 3:
            body = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
            head.append(("Transfer-Encoding", "chunked"))
        else:
            head.append(("Content-Length", str(len(body))))
        status = StatusAndHeaders("200 OK", head, protocol="HTTP/1.1")
        uri = f"http://a.test/{number}"
        writer.write_record(writer.create_warc_record(uri, "response", io.BytesIO(body), http_headers=status))
        picture = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(f"{uri}.png", "response", io.BytesIO(b"png"), http_headers=picture)
        )
    return file.getvalue()


def read_warc(data):
    found = []
    for it in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        said = it.content_stream().read()
        if it.rec_type == "response" and it.http_headers["Content-Type"].startswith("text"):
            found.append(said)
            assert (
                it.http_headers.get("Content-Length", str(len(said))) == str(len(said))
                or "Content-Encoding" in it.http_headers
            )
    return found


def made_wet(texts):
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=False)
    for number, text in enumerate(texts):
        said = io.BytesIO(text.encode())
        writer.write_record(
            writer.create_warc_record(f"http://a.test/{number}", "conversion", said, warc_content_type="text/plain")
        )
    return file.getvalue()


def read_wet(data):
    return [it.content_stream().read() for it in ArchiveIterator(io.BytesIO(data), check_digests="raise")]


def made_zip(texts):
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as package:
        warnings.simplefilter("ignore")  # names come twice
        for number, text in enumerate(texts):
            member = zipfile.ZipInfo(f"../b/{number // 2}.txt", (2001, 2, 3, 4, 5, 6))
            member.compress_type = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)[number % 3]
            member.comment, member.external_attr = b"a comment", 0o640 << 16
            package.writestr(member, text.encode())
            package.writestr(f"{number}.png", b"png")
        package.comment = b"of the whole"
    return b"#!stub\n" + file.getvalue()


def read_zip(data):
    assert data.startswith(b"#!stub\n")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert package.comment == b"of the whole"
        members = [it for it in package.infolist() if it.filename.endswith(".txt")]
        assert all(
            (it.comment, it.external_attr, it.date_time[0]) == (b"a comment", 0o640 << 16, 2001) for it in members
        )
        return [package.read(it) for it in members]


def made_tar(texts):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as package:
        for number, text in enumerate(texts):
            member = tarfile.TarInfo("d" * 60 * (number % 4) + f"/\N{SNOWMAN}{number // 2}.txt")
            member.size, member.mtime, member.uname = len(text.encode()), 1e9 + 0.5, "desk"
            member.pax_headers = {"comment": "kept", "size": str(member.size)} if number % 2 else {}
            package.addfile(member, io.BytesIO(text.encode()))
            link = tarfile.TarInfo(f"l{number}.txt")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            package.addfile(link)
    return file.getvalue()


def read_tar(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        members = [it for it in package.getmembers() if it.isreg()]
        assert all((it.mtime, it.uname) == (1e9 + 0.5, "desk") for it in members)
        return [package.extractfile(it).read() for it in members]


MADE = {
    "jsonl": (made_jsonl, read_jsonl),
    "json": (made_json, read_json),
    "csv": (made_csv, read_csv),
    "parquet": (made_parquet, read_parquet),
    "warc": (made_warc, read_warc),
    "wet": (made_wet, read_wet),
    "zip": (made_zip, read_zip),
    "tar": (made_tar, read_tar),
}
