"""What every format promises of its cuts, for any paragraphs that may go."""

from dedupe import edit, source
from dedupe.formats import split
from dedupe.model import COPY, Role

SPACE = str.maketrans("\t\r\n\f", "    ")  # a reader sees one as the other
_HEADS = {Role.HEADLINE: Role.HEADING}


def told(paragraph):
    """What must stay of a paragraph; a heading may become the first one, a line of text the last one and so copy."""
    role = None if paragraph.outer is None else _HEADS.get(paragraph.role, paragraph.role)
    return role, " ".join(paragraph.text.split())


def free(article):
    """The paragraphs of an article that may be cut without a person."""
    return [at for at, one in enumerate(article.paragraphs) if one.role in COPY and not one.bound and not one.weak]


def without(item, number, gone, kind):
    """The bytes of a source without some paragraphs of one of its articles, and the articles they split into."""
    article = split(item, kind)[number]
    cuts = edit.removal(item, article, dict.fromkeys(gone))
    data = edit.apply(item.data, cuts)
    assert len(data) == len(item.data) - sum(cut.end - cut.start for cut in cuts)
    return data, split(source.from_bytes(data, item.path, item.encoding), kind)


def stays_whole(item, kind, choose):
    """Take out what `choose` picks of each article and look at what is left."""
    for number, article in enumerate(split(item, kind)):
        gone = choose(free(article))
        if not gone:
            continue
        _, after = without(item, number, gone, kind)
        left = [told(one) for at, one in enumerate(article.paragraphs) if at not in gone]
        assert [told(one) for one in after[number].paragraphs] == left


def spans_read_as_text(item, article):
    """Spans are ordered and disjoint, and each paragraph's text stands in its bytes."""
    at = 0
    for one in article.paragraphs:
        assert at <= one.start <= one.end, one
        assert one.outer is None or one.outer[0] <= one.start <= one.end <= one.outer[1], one
        at = one.end
        for run in one.runs:
            said = one.text[run.at : run.at + run.size]
            first, last = one.outer or (one.start, one.end)
            assert first <= run.start <= run.end <= last
            if len(said.encode(item.encoding)) == run.end - run.start:
                assert item.data[run.start : run.end].decode(item.encoding).translate(SPACE) == said.translate(SPACE)
        if not one.runs:
            assert item.data[one.start : one.end].decode(item.encoding) == one.text
