import codecs
import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time

import needs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import disk, source
from dedupe.model import DedupeError

SUFFIXES = (".txt", ".md")
TEXT = "Café “Zoë” — a\u00a0b"
NEWLINES = {"LF": "\n", "CRLF": "\r\n", "CR": "\r", "mixed": "\r\n\n\r", "none": "", "U+2028": "\u2028"}
ENCODINGS = {
    # named on the command line, codec, byte-order mark, what the source says
    "UTF-8": (None, "utf-8", b"", "utf-8"),
    "UTF-8 with a mark": (None, "utf-8", codecs.BOM_UTF8, "utf-8"),
    "UTF-8 by name": ("UTF8", "utf-8", b"", "utf-8"),
    "UTF-8 with a mark by name": ("utf-8-sig", "utf-8", codecs.BOM_UTF8, "utf-8"),
    "UTF-16 LE with a mark": (None, "utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
    "UTF-16 BE with a mark": (None, "utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
    "UTF-16 by name with a mark": ("utf-16", "utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
    "UTF-16 LE by name": ("utf_16_le", "utf-16-le", b"", "utf-16-le"),
    "UTF-32 by name": ("utf-32", "utf-32-be", codecs.BOM_UTF32_BE, "utf-32-be"),
    "Windows": ("windows-1252", "cp1252", b"", "cp1252"),
    "GB 18030": ("gb18030", "gb18030", b"", "gb18030"),
    "Mac": ("mac-roman", "mac-roman", b"", "mac-roman"),
}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def refused(call, *arguments, **named):
    with pytest.raises(DedupeError) as caught:
        call(*arguments, **named)
    assert "\n" not in caught.value.message
    assert caught.value.__traceback__ is not None
    return caught.value.message


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_bytes(b"old")
    return path


class TestEncodings:
    @pytest.mark.parametrize("newline", NEWLINES.values(), ids=NEWLINES)
    @pytest.mark.parametrize(("named", "codec", "mark", "said"), ENCODINGS.values(), ids=ENCODINGS)
    def test_text_comes_back_byte_for_byte(self, tmp_path, named, codec, mark, said, newline):
        text = newline.join([TEXT, TEXT, ""])
        try:
            data = mark + text.encode(codec)
        except UnicodeEncodeError:
            return  # this encoding cannot say U+2028
        path = tmp_path / "story.txt"
        path.write_bytes(data)
        found = source.read(str(path), named)
        assert (found.path, found.data, found.text, found.encoding, found.bom) == (
            str(path),
            data,
            text,
            said,
            len(mark),
        )
        assert data[: found.bom] + found.text.encode(found.encoding) == data

    @pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE], ids=repr)
    def test_nothing_is_text(self, data):
        found = source.from_bytes(data, "story.txt")
        assert (found.text, found.bom) == ("", len(data))

    def test_a_mark_wins_over_a_name(self):
        assert source.from_bytes(codecs.BOM_UTF8 + b"caf\xc3\xa9", "story.txt", "cp1252").text == "café"

    @pytest.mark.parametrize(
        ("data", "at", "line"),
        [
            (b"caf\xe9", 3, 1),
            (b"a\nb\r\nc\rd \xff", 9, 4),
            (b"\xef\xbb\xbfa\n\xc3", 5, 2),
            (b"\xed\xa0\x80", 0, 1),
            (b"\xc0\xaf", 0, 1),
            (b"\xf5\x80\x80\x80", 0, 1),
        ],
        ids=["Latin-1", "behind lines", "cut off", "surrogate", "overlong", "beyond Unicode"],
    )
    def test_what_is_not_utf8_is_refused_with_its_place(self, data, at, line):
        assert refused(source.from_bytes, data, "story.txt") == (
            f"story.txt: not valid UTF-8 at byte {at} (line {line}); "
            "if it is Latin-1 or Windows text, say so with --encoding cp1252"
        )

    @pytest.mark.parametrize(
        ("data", "named", "why"),
        [
            (b"\xff\xfea", None, "not valid UTF-16-LE at byte 2 (line 1)"),
            (b"\xff\xfe\n\0\x00\xd8", None, "not valid UTF-16-LE at byte 4 (line 2)"),
            (b"a\0", "utf-16", "no byte-order mark"),
            (b"ab\x81", "cp1252", "not valid cp1252 at byte 2 (line 1); name the encoding it is in with --encoding"),
            (b"a\xffb", "ascii", "not valid ascii at byte 1"),
            (b"\x8f\xa2\xb7 \xff", "euc_jp", "not valid euc-jp"),
            (b"\x81\x5f", "shift_jis_2004", ""),
        ],
    )
    def test_what_is_not_in_the_named_encoding_is_refused(self, data, named, why):
        try:
            found = source.from_bytes(data, "story.txt", named)
        except DedupeError as error:
            assert error.message.startswith(f"story.txt: {why}")
        else:
            assert not why
            assert found.text.encode(found.encoding) == data

    @pytest.mark.parametrize(
        ("declared", "why"),
        [
            ("UTF-7", "which cannot be cut; convert it to UTF-8 first"),
            ("UTF-16", "but is not in it; say --encoding utf-8, or mend what it declares"),
            ("utf-32-be", "but is not in it"),
            ("base64", "which is unknown here; name the right one with --encoding"),
            ("wxyz", "which is unknown here"),
        ],
    )
    def test_a_declaration_that_cannot_be_true_is_refused(self, declared, why):
        data = f'<?xml version="1.0" encoding="{declared}"?><a/>'.encode()
        said = refused(source.from_bytes, data, "story.xml")
        assert said.startswith(f"story.xml: it declares the encoding {declared}, {why}")
        assert source.from_bytes(data, "story.xml", "utf-8").encoding == "utf-8"

    def test_a_page_that_declares_utf16_in_bytes_is_utf8(self):
        assert source.from_bytes(b'<meta charset="utf-16">\xc3\xbc', "story.html").text[-1] == "ü"

    def test_bytes_that_would_come_back_changed_are_refused(self):
        # two byte sequences of this code page mean one character
        assert "byte for byte" in refused(source.from_bytes, b"\x87\x90", "story.txt", "cp932")

    @pytest.mark.parametrize("name", ["latin-99", "", "base64", "rot13", "undefined", "a\0b", "../x", "é"])
    def test_an_unknown_name_is_named(self, name):
        assert f"--encoding {name}: no such text encoding" in refused(source.from_bytes, b"a", "story.txt", name)

    @pytest.mark.parametrize("name", ["utf-7", "iso2022_jp", "hz", "idna", "punycode", "unicode_escape"])
    def test_encodings_with_a_memory_are_refused(self, name):
        assert "cannot be cut" in refused(source.from_bytes, b"a", "story.txt", name)

    @pytest.mark.parametrize(
        "data",
        [b"a\0", b"\0" * 9, b"PK\x03\x04\0", "a".encode("utf-16-le"), b"\xff\xfe\0\0a\0\0\0", b"\xff\xfea\0\0\0"],
    )
    def test_binary_is_refused(self, data):
        assert "not text" in refused(source.from_bytes, data, "story.txt")

    @given(
        st.binary(max_size=40),
        st.sampled_from([None, "cp1252", "utf-16-le", "utf-16", "utf-32", "shift_jis", "gb18030", "big5"]),
    )
    def test_any_bytes_come_back_or_are_refused_in_one_line(self, data, named):
        try:
            found = source.from_bytes(data, "story.txt", named)
        except DedupeError as error:
            assert "\n" not in error.message
        else:
            assert data[: found.bom] + found.text.encode(found.encoding) == data

    def test_two_hundred_megabytes_in_one_line(self, tmp_path):
        path = tmp_path / "long.txt"
        path.write_bytes(b"word " * 40_000_000)
        before = time.monotonic()
        assert len(source.read(str(path)).text) == 200_000_000
        assert time.monotonic() - before < 5


class TestReading:
    def test_standard_input(self):
        code = "from dedupe import source; x = source.read('-', 'cp1252'); print(ascii((x.path, x.data, x.text)))"
        environment = {**os.environ, "PYTHONPATH": needs.PACKAGES}
        run = subprocess.run(
            [sys.executable, "-c", code], input=b"caf\xe9\r\n", capture_output=True, env=environment, check=True
        )
        assert run.stdout.split(b"\n")[0].rstrip() == rb"('-', b'caf\xe9\r\n', 'caf\xe9\r\n')"

    def test_standard_input_that_is_closed(self, monkeypatch):
        monkeypatch.setattr(sys, "stdin", None)
        assert refused(source.read, "-") == "standard input: cannot be read: it is closed"

    @pytest.mark.parametrize("name", ["none.txt", "story.txt/none", "x" * 300, "a\0b", "\ud800", ""], ids=ascii)
    def test_a_missing_file(self, story, monkeypatch, name):
        monkeypatch.chdir(story.parent)
        assert refused(source.read, name).startswith(f"{name}: cannot be read: ")

    def test_a_folder(self, tmp_path):
        assert "is a folder" in refused(source.read, str(tmp_path))

    def test_a_circle_of_links(self, tmp_path):
        needs.posix()
        (tmp_path / "a.txt").symlink_to("a.txt")
        assert "links lead in a circle" in refused(source.read, str(tmp_path / "a.txt"))

    @pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
    def test_what_is_no_file_is_refused_at_once(self, tmp_path, kind):
        needs.posix()
        path = tmp_path / "story.txt"
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "device":
            path = "/dev/zero"
        else:
            monkey = socket.socket(socket.AF_UNIX)
            monkey.bind(str(path))
        signal.alarm(5)
        try:
            assert "is a pipe, socket or device" in refused(source.read, str(path))
        finally:
            signal.alarm(0)

    def test_without_permission(self):
        with needs.strangers_folder() as folder:
            path = folder / "story.txt"
            path.write_bytes(b"secret")
            path.chmod(0o600)
            said = needs.as_stranger(
                """
                try:
                    source.read(sys.argv[1])
                except DedupeError as error:
                    print(error)
                """,
                path,
            )
            assert said == f"{path}: cannot be read: no permission\n"


def tree(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"text")


def walked(*paths):
    return [str(each) for each in source.walk([str(path) for path in paths], SUFFIXES)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestWalking:
    def test_paths_in_their_order_and_folders_by_bytes(self, here):
        tree(
            here,
            "z.txt",
            "in/b.txt",
            "in/B.txt",
            "in/a/z.md",
            "in/é.txt",
            "in/a.txt",
            "in/\U0001f600.txt",
            "in/\ufb01.txt",
        )
        inside = ["in/B.txt", "in/a/z.md", "in/a.txt", "in/b.txt", "in/é.txt", "in/\ufb01.txt", "in/\U0001f600.txt"]
        assert walked("z.txt", "in") == ["z.txt", *inside]
        assert walked("in", "z.txt") == [*inside, "z.txt"]
        assert walked("in/") == inside
        assert walked(".") == [*inside, "z.txt"]

    def test_only_known_suffixes_but_any_file_that_is_named(self, here):
        tree(here, "in/a.txt", "in/B.TXT", "in/c.exe", "in/txt", "in/.txt", "in/a.txt.bak", "in/dir.txt/x.md", "story")
        assert walked("in") == ["in/.txt", "in/B.TXT", "in/a.txt", "in/dir.txt/x.md"]
        assert walked("story", "in/c.exe") == ["story", "in/c.exe"]

    @pytest.mark.parametrize("name", [".git", ".hg", ".svn", ".dedupe"])
    def test_what_tools_keep_is_skipped_unless_named(self, here, name):
        tree(here, f"{name}/x.txt", f"deep/{name}/x.txt", "a.txt", ".hidden/x.txt")
        assert walked(".") == [".hidden/x.txt", "a.txt"]
        assert walked(f"{name}/x.txt") == [f"{name}/x.txt"]

    def test_what_git_ignores_is_skipped_unless_named(self, here):
        tree(here, "a.txt", "b.txt", "build/c.txt")
        (here / ".gitignore").write_text("b.txt\nbuild/\n")
        assert walked(".") == ["a.txt"]
        assert walked("b.txt", "build") == ["b.txt", "build/c.txt"]

    def test_links_are_skipped_unless_named(self, here):
        needs.posix()
        tree(here, "in/a.txt", "out/b.txt")
        (here / "in" / "file.txt").symlink_to(here / "out" / "b.txt")
        (here / "in" / "folder").symlink_to(here / "out")
        (here / "in" / "loop").symlink_to(here / "in")
        (here / "in" / "gone.txt").symlink_to("nowhere")
        os.mkfifo(here / "in" / "fifo.txt")
        assert walked("in") == ["in/a.txt"]
        assert walked("in/file.txt", "in/folder") == ["in/file.txt"]
        assert walked("in/folder") == ["in/folder/b.txt"]

    def test_a_file_is_done_once(self, here):
        tree(here, "in/a.txt", "in/b.txt")
        assert walked("in/b.txt", "in", "./in/a.txt", "in/../in", str(here), "-", "-") == ["in/b.txt", "in/a.txt", "-"]

    def test_what_is_missing_or_holds_nothing_is_said_and_the_rest_is_done(self, here):
        tree(here, "a.txt", "empty/x.exe")
        found = list(source.walk(["gone", "empty", "a\0b", "a.txt"], SUFFIXES))
        assert [isinstance(each, DedupeError) for each in found] == [True, True, True, False]
        assert found[0].message == "gone: cannot be read: no such file or folder"
        assert found[1].message.startswith("empty: no file of a known kind (.md, .txt)")
        assert found[1].path == "empty"

    def test_a_name_that_is_no_utf8(self, here):
        if sys.platform != "linux":
            needs.missing("needs file names of any bytes")
        tree(here, os.fsdecode(b"caf\xe9.txt"), "b.txt")
        assert list(source.walk(["."], SUFFIXES)) == ["b.txt", "caf\udce9.txt"]
        assert source.read("caf\udce9.txt").text == "text"

    def test_a_very_deep_tree(self, here):
        deep = here
        for _ in range(400):
            deep = deep / "deep"
        deep.mkdir(parents=True)
        (deep / "a.txt").write_bytes(b"")
        assert len(walked(".")) == 1

    def test_a_folder_that_may_not_be_read(self):
        with needs.strangers_folder() as folder:
            tree(folder, "a.txt", "closed/b.txt", "z.txt")
            (folder / "closed").chmod(0o700)
            said = needs.as_stranger("print(*source.walk([sys.argv[1]], ['.txt']), sep='|')", folder)
            assert said == f"{folder}/a.txt|{folder}/closed: cannot be read: no permission|{folder}/z.txt\n"

    def test_twenty_thousand_files_in_no_time(self, tmp_path):
        for number in range(20_000):
            os.close(os.open(tmp_path / f"{number}.txt", os.O_CREAT))
        taken = []
        for _ in range(3):
            before = time.process_time()
            assert len(walked(tmp_path)) == 20_000
            taken.append(time.process_time() - before)
        assert min(taken) < 0.3


def attributes(path):
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


class TestWriting:
    def test_replaces_the_bytes_and_leaves_nothing_behind(self, story):
        source.write(str(story), b"new\r\n\0", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"new\r\n\0"
        assert os.listdir(story.parent) == ["story.txt"]

    @pytest.mark.parametrize("mode", [0o644, 0o600, 0o664, 0o755, 0o4755, 0o2640, 0o1666], ids=oct)
    def test_keeps_the_mode_whatever_the_umask(self, story, mode):
        needs.posix()
        story.chmod(mode)
        before = os.umask(0o077)
        try:
            source.write(str(story), b"new", expect_sha256=sha(b"old"))
        finally:
            os.umask(before)
        assert stat.S_IMODE(story.stat().st_mode) == mode

    def test_keeps_the_owner(self, story):
        needs.root()
        os.chown(story, 4711, 4712)
        story.chmod(0o4755)
        source.write(str(story), b"new", expect_sha256=sha(b"old"))
        status = story.stat()
        assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (4711, 4712, 0o4755)

    def test_keeps_extended_attributes(self, story):
        needs.attributes(story)
        os.setxattr(story, "user.embargo", b"2026-12-01")
        access = bytes.fromhex(
            "02000000 01000600ffffffff 0200040000040000 04000400ffffffff 10000600ffffffff 20000400ffffffff"
        )
        os.setxattr(story, "system.posix_acl_access", access)
        before, mode = attributes(story), story.stat().st_mode
        source.write(str(story), b"new", expect_sha256=sha(b"old"))
        assert attributes(story) == before
        assert story.stat().st_mode == mode

    def test_takes_no_rights_from_the_folder(self, story):
        needs.attributes(story)
        access = bytes.fromhex(
            "02000000 01000700ffffffff 0200070000040000 04000000ffffffff 10000700ffffffff 20000000ffffffff"
        )
        os.setxattr(story.parent, "system.posix_acl_default", access)
        source.write(str(story), b"new", expect_sha256=sha(b"old"))
        assert attributes(story) == {}

    def test_a_link_stays_and_its_file_is_written(self, story):
        needs.posix()
        link = story.parent / "links" / "link.txt"
        link.parent.mkdir()
        link.symlink_to(os.path.join("..", "story.txt"))
        source.write(str(link), b"new", expect_sha256=sha(b"old"))
        assert os.readlink(link) == os.path.join("..", "story.txt")
        assert story.read_bytes() == b"new"
        assert os.listdir(link.parent) == ["link.txt"]

    def test_a_file_with_hard_links_is_refused(self, story):
        needs.posix()
        os.link(story, story.parent / "other.txt")
        assert "2 hard links" in refused(source.write, str(story), b"new", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"old"

    def test_a_file_that_has_changed_is_refused(self, story):
        assert "changed since it was read" in refused(source.write, str(story), b"new", expect_sha256=sha(b"older"))
        assert story.read_bytes() == b"old"
        assert os.listdir(story.parent) == ["story.txt"]

    def test_a_file_that_changes_while_it_is_written_is_refused(self, story, monkeypatch):
        def late(descriptor, flush=os.fsync):
            story.write_bytes(b"an editor's last words")
            flush(descriptor)

        monkeypatch.setattr(os, "fsync", late)
        assert "changed since it was read" in refused(source.write, str(story), b"new", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"an editor's last words"
        assert os.listdir(story.parent) == ["story.txt"]

    @pytest.mark.parametrize("instead", ["nothing", "folder", "fifo"])
    def test_a_file_that_is_one_no_more_is_refused(self, story, instead):
        needs.posix()
        story.unlink()
        if instead == "folder":
            story.mkdir()
        elif instead == "fifo":
            os.mkfifo(story)
        refused(source.write, str(story), b"new", expect_sha256=sha(b"old"))
        assert os.listdir(story.parent) == ([] if instead == "nothing" else ["story.txt"])

    def test_a_very_long_name(self, tmp_path):
        path = tmp_path / ("é" * 125 + ".txt")
        path.write_bytes(b"old")
        source.write(str(path), b"new", expect_sha256=sha(b"old"))
        assert path.read_bytes() == b"new"

    def test_a_disk_that_gives_other_bytes_back(self, story, monkeypatch):
        monkeypatch.setattr(os, "write", lambda descriptor, data, put=os.write: put(descriptor, bytes(len(data))))
        assert "gave other bytes back" in refused(source.write, str(story), b"new", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"old"

    def test_short_writes_are_gone_on_with(self, story, monkeypatch):
        monkeypatch.setattr(os, "write", lambda descriptor, data, put=os.write: put(descriptor, data[:1]))
        source.write(str(story), b"new text", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"new text"

    @pytest.mark.parametrize("call", ["open", "write", "fsync", "fchmod", "close", "replace", "stat", "fstat"])
    @pytest.mark.parametrize("number", [28, 5, 1, 122], ids=["ENOSPC", "EIO", "EPERM", "EDQUOT"])
    def test_a_call_that_fails_at_any_time(self, tmp_path, monkeypatch, call, number):
        real = getattr(os, call)
        for count in range(1, 30):
            story = tmp_path / str(count) / "story.txt"
            story.parent.mkdir()
            story.write_bytes(b"old")
            story.chmod(0o640)
            left = iter(range(count))

            def failing(*arguments, left=left, count=count, **named):
                if next(left, None) == count - 1:
                    if call == "close":
                        real(*arguments)
                    raise OSError(number, os.strerror(number))
                return real(*arguments, **named)

            with monkeypatch.context() as broken:
                broken.setattr(os, call, failing)
                try:
                    source.write(str(story), b"new", expect_sha256=sha(b"old"))
                    failed = False
                except DedupeError as error:
                    failed = True
                    assert "\n" not in error.message
            assert story.read_bytes() in ((b"old", b"new") if failed else (b"new",))
            assert os.listdir(story.parent) == ["story.txt"]
            if next(left, None) is not None:
                return
        pytest.fail("the call is made more than 30 times")

    def test_a_failing_flush_of_the_folder_is_said(self, story, monkeypatch):
        def flush(descriptor, real=os.fsync):
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(5, "")
            real(descriptor)

        needs.posix()
        monkeypatch.setattr(os, "fsync", flush)
        assert "power failure" in refused(source.write, str(story), b"new", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"new"

    def test_an_interrupt_leaves_nothing_behind(self, story, monkeypatch):
        def stop(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            source.write(str(story), b"new", expect_sha256=sha(b"old"))
        assert story.read_bytes() == b"old"
        assert os.listdir(story.parent) == ["story.txt"]

    def test_a_full_disk(self, tmp_path):
        with needs.disk(tmp_path / "disk", "256k") as folder:
            path = folder / "story.txt"
            old = b"o" * 150_000
            path.write_bytes(old)
            said = refused(source.write, str(path), b"n" * 149_999, expect_sha256=sha(old))
            assert said == f"{path}: not written: the disk is full"
            assert path.read_bytes() == old
            assert os.listdir(folder) == ["story.txt"]

    def test_a_disk_that_may_not_be_written(self, tmp_path):
        with needs.disk(tmp_path / "disk", "256k") as folder:
            path = folder / "story.txt"
            path.write_bytes(b"old")
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
            assert "read-only" in refused(source.write, str(path), b"new", expect_sha256=sha(b"old"))

    def test_a_limit_on_the_size_of_files(self, story):
        needs.posix()
        code = """if True:
            import resource, sys
            from dedupe import source
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
            try:
                source.write(sys.argv[1], b"n" * 2000, expect_sha256=sys.argv[2])
            except source.DedupeError as error:
                print(error)"""
        command = [sys.executable, "-c", code, story, sha(b"old")]
        environment = {**os.environ, "PYTHONPATH": needs.PACKAGES}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert run.stdout == f"{story}: not written: file too large\n"
        assert story.read_bytes() == b"old"
        assert os.listdir(story.parent) == ["story.txt"]


WRITE = """
try:
    source.write(sys.argv[1], b"new", expect_sha256=sys.argv[2])
    print("written")
except DedupeError as error:
    print(error)
"""


class TestAsAStranger:
    """A user without rights."""

    @pytest.mark.parametrize(
        ("owner", "mode", "folder_mode", "said"),
        [
            (needs.STRANGER, 0o640, 0o755, "written"),
            (needs.STRANGER, 0o444, 0o755, "it is read-only"),
            (needs.STRANGER, 0o640, 0o555, "no permission"),
            (0, 0o666, 0o755, "belongs to another user or group"),
            (0, 0o644, 0o755, "it is read-only"),
            (0, 0o600, 0o755, "no permission"),
        ],
    )
    def test_keeps_owner_and_mode_or_refuses(self, owner, mode, folder_mode, said):
        with needs.strangers_folder() as folder:
            story = folder / "story.txt"
            story.write_bytes(b"old")
            os.chown(story, owner, owner)
            story.chmod(mode)
            folder.chmod(folder_mode)
            assert said in needs.as_stranger(WRITE, story, sha(b"old"))
            assert story.read_bytes() == (b"new" if said == "written" else b"old")
            status = story.stat()
            assert (status.st_uid, stat.S_IMODE(status.st_mode)) == (owner, mode)
            assert os.listdir(folder) == ["story.txt"]


def sweeps(folder):
    """Begin as a new process would, and write to a folder."""
    disk.sweep.cache_clear()
    source.write_new(str(folder / "another.txt"), b"new")


class TestSweeping:
    def ended(self):
        child = subprocess.Popen([sys.executable, "-c", ""])
        child.wait()
        return child.pid

    def test_what_a_killed_run_left_is_swept(self, story):
        needs.posix()
        left = story.parent / f".story.txt.dedupe-{self.ended()}-0123abcd-0.tmp"
        left.write_bytes(b"half")
        mine = story.parent / f".story.txt.dedupe-{os.getpid()}-0123abcd-0.tmp"
        mine.write_bytes(b"of an earlier process with our number")
        sweeps(story.parent)
        assert sorted(os.listdir(story.parent)) == ["another.txt", "story.txt"]

    def test_what_is_being_written_or_is_none_of_ours_stays(self, story):
        needs.posix()
        names = [
            f".story.txt.dedupe-{os.getppid()}-0123abcd-0.tmp",
            f".story.txt.dedupe-{os.getpid()}-{disk._RUN}-7.tmp",
            ".story.txt.dedupe.tmp",
            ".story.txt.dedupe-x-0123abcd-0.tmp",
            "story.txt.dedupe-1-0123abcd-0.tmp",
        ]
        for name in names:
            (story.parent / name).write_bytes(b"")
        os.mkdir(story.parent / ".dir.dedupe-999999999-0123abcd-0.tmp")
        os.symlink("story.txt", story.parent / ".link.dedupe-999999999-0123abcd-0.tmp")
        before = set(os.listdir(story.parent))
        sweeps(story.parent)
        assert set(os.listdir(story.parent)) == before | {"another.txt"}

    def test_an_hour_is_enough_for_anyone(self, story):
        old = story.parent / f".story.txt.dedupe-{os.getppid()}-0123abcd-0.tmp"
        old.write_bytes(b"")
        os.utime(old, (0, 0))
        sweeps(story.parent)
        assert not old.exists()


class TestWritingNew:
    def test_makes_the_folders_it_needs(self, tmp_path):
        source.write_new(str(tmp_path / "a" / "b" / "story.txt"), b"new")
        assert (tmp_path / "a" / "b" / "story.txt").read_bytes() == b"new"
        assert os.listdir(tmp_path / "a" / "b") == ["story.txt"]

    def test_goes_by_the_umask(self, tmp_path):
        needs.posix()
        before = os.umask(0o027)
        try:
            source.write_new(str(tmp_path / "story.txt"), b"new")
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "story.txt").stat().st_mode) == 0o640

    def test_leaves_a_file_with_the_same_bytes_alone(self, story):
        before = story.stat()
        source.write_new(str(story), b"old")
        assert story.stat() == before or story.stat().st_ino == before.st_ino

    def test_never_overwrites_unless_told(self, story):
        assert "is there already" in refused(source.write_new, str(story), b"new")
        assert story.read_bytes() == b"old"
        source.write_new(str(story), b"new", replace=True)
        assert story.read_bytes() == b"new"

    def test_does_not_overwrite_what_another_has_just_written(self, tmp_path, monkeypatch):
        path = tmp_path / "story.txt"

        def late(descriptor, flush=os.fsync):
            path.write_bytes(b"theirs")
            flush(descriptor)

        monkeypatch.setattr(os, "fsync", late)
        refused(source.write_new, str(path), b"new")
        assert path.read_bytes() == b"theirs"

    @pytest.mark.parametrize("name", ["file/story.txt", "folder", "a\0b"], ids=ascii)
    def test_what_cannot_be_is_refused(self, tmp_path, name):
        (tmp_path / "file").write_bytes(b"")
        (tmp_path / "folder").mkdir()
        refused(source.write_new, os.path.join(str(tmp_path), name), b"new")


def test_importing_it_is_cheap():
    code = "import sys; before = set(sys.modules); import dedupe.source; print(*sorted(set(sys.modules) - before))"
    environment = {**os.environ, "PYTHONPATH": needs.PACKAGES}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {
        "subprocess",
        "tempfile",
        "random",
        "pathspec",
        "getpass",
        "numpy",
        "json",
        "base64",
        "pathlib",
    }
