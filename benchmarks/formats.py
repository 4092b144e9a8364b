"""Read and split, format by format, in megabytes a second on one core, with the parser libraries' own time beside it.

    python benchmarks/formats.py DATA [--runs 5]

DATA is a folder with `cc0_posts.jsonl.gz` (Markdown pages) and `formats/` (XML and JSON files of news agencies). The
pages of HTML, the records of JSON Lines and the text are made from the Markdown pages. Runs of all formats are
interleaved; medians go to benchmarks/results/formats.jsonl.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import statistics
import time
from html.parser import HTMLParser
from pathlib import Path
from xml.parsers import expat

from markdown_it import MarkdownIt
from record import append

from dedupe import source
from dedupe.formats import split


class Page(HTMLParser):
    """A parser that looks at nothing."""


def html_parser(text: str) -> None:
    page = Page()
    page.feed(text)
    page.close()


def inputs(data: Path) -> dict[str, list[bytes]]:
    with gzip.open(data / "cc0_posts.jsonl.gz", "rt", encoding="utf-8") as file:
        pages = [json.loads(line)["text"] for line in file][::3]
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    bodies = [page.split("\n---", 1)[-1] for page in pages]
    records = "".join(json.dumps({"id": number, "body": body}) + "\n" for number, body in enumerate(bodies))
    return {
        "text": ["\n\n".join(copy(reader, body) for body in bodies).encode()],
        "markdown": [page.encode() for page in pages],
        "html": [f"<html><body><article>{reader.render(body)}</article></body></html>".encode() for body in bodies],
        "xml": [path.read_bytes() for path in sorted((data / "formats").rglob("*.xml"))] * 4,
        "ninjs": [path.read_bytes() for path in sorted((data / "formats").rglob("*.json"))] * 4,
        "jsonl": [records.encode()],
    }


def copy(reader: MarkdownIt, body: str) -> str:
    """What a person reads of a page, a paragraph a line, blank lines between."""
    pieces = [token.children or () for token in reader.parse(body) if token.type == "inline"]
    return "\n\n".join(" ".join("".join(child.content or " " for child in some).split()) for some in pieces)


def ours(name: str, files: list[bytes]) -> None:
    for data in files:
        split(source.from_bytes(data, f"a.{name}"), name)


def markdown_it(files: list[bytes]) -> None:
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    for data in files:
        parser.parse(data.decode())


def theirs(name: str, files: list[bytes]) -> None:
    if name == "markdown":
        markdown_it(files)
    for data in files if name != "markdown" else ():
        if name == "html":
            html_parser(data.decode())
        elif name == "xml":
            expat.ParserCreate().Parse(data, 1)
        elif name in ("ninjs", "jsonl"):
            for line in data.split(b"\n") if name == "jsonl" else [data]:
                json.loads(line or b"0")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    gc.set_threshold(100_000, 20, 20)  # as the command does
    files = inputs(options.data)
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(options.runs):
        for name, some in files.items():
            for side, work in (("ours", ours), ("parser", theirs)):
                start = time.perf_counter()
                work(name, some)
                took.setdefault((name, side), []).append(time.perf_counter() - start)
    figures: dict[str, object] = {}
    for name, some in files.items():
        size = sum(map(len, some)) / 1e6
        speeds = {side: size / statistics.median(took[name, side]) for side in ("ours", "parser")}
        figures[f"{name}_mb_s"] = round(speeds["ours"], 1)
        if name != "text":
            figures[f"{name}_parser_mb_s"] = round(speeds["parser"], 1)
        beside = f"   parser alone {speeds['parser']:7.1f}" if name != "text" else ""
        print(f"{name:10} {size:6.1f} MB {speeds['ours']:7.1f} MB/s{beside}")
    append("formats", figures)


if __name__ == "__main__":
    main()
