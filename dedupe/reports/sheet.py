"""The look of the `html` report and of the desk: quiet, light and dark, on paper and on a telephone."""

from __future__ import annotations

LIGHT = {
    "page": "#faf8f4",
    "card": "#ffffff",
    "ink": "#1f1c18",
    "soft": "#5e584f",
    "rule": "#ded8cc",
    "error": "#a3221a",
    "warning": "#7a4a00",
    "note": "#46586a",
    "keep": "#1c6437",
    "del": "#fbe4df",
    "del-ink": "#7a1710",
    "ins": "#dff1e2",
    "ins-ink": "#10482a",
    "mark": "#fff0bd",
    "mark-ink": "#3d2f00",
}
DARK = {
    "page": "#17181b",
    "card": "#1f2125",
    "ink": "#e9e6e0",
    "soft": "#aaa59c",
    "rule": "#3a3c42",
    "error": "#ff9c90",
    "warning": "#efbe6c",
    "note": "#a9bccd",
    "keep": "#8fd4a5",
    "del": "#4a2320",
    "del-ink": "#ffcbc3",
    "ins": "#1c3c2a",
    "ins-ink": "#c0ebcd",
    "mark": "#4f4114",
    "mark-ink": "#ffeab0",
}

_SHARED = """
*{box-sizing:border-box}
html{background:var(--page);color:var(--ink);\
font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
-webkit-text-size-adjust:100%;text-size-adjust:100%}
h1,blockquote{font-family:Charter,"Bitstream Charter","Iowan Old Style",Cambria,Georgia,"Noto Serif",serif}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.4rem);font-weight:600;line-height:1.2;letter-spacing:-.01em;\
text-wrap:balance;max-width:26em;margin:.2rem 0 .8rem}
h2{font-size:1.05rem;font-weight:650;margin:0}
h3{font-size:.95rem;font-weight:650;margin:0}
p{margin:.5rem 0}
a{color:inherit;text-underline-offset:.25em;text-decoration-color:var(--soft);text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--ink);outline-offset:3px;border-radius:2px}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
h1,h2,h3,p,li,dd,summary,blockquote{overflow-wrap:anywhere}
.soft,figcaption,footer,dt{color:var(--soft)}
.name{font-size:.85rem;letter-spacing:.02em}
.plain{list-style:none;margin:.5rem 0;padding:0}
.sev::before{display:inline-block;width:1.3em}
.error .sev{color:var(--error)}.error .sev::before{content:"\\25CF"}
.warning .sev{color:var(--warning)}.warning .sev::before{content:"\\25B2"}
.note .sev{color:var(--note)}.note .sev::before{content:"\\25CB"}
.why{max-width:46em;margin:.3rem 0 .9rem}
.copies{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
figure{margin:0;min-width:0;background:var(--card);border:1px solid var(--rule);border-top:3px solid var(--rule);\
border-radius:3px;padding:.7rem 1rem .9rem}
figure.keep{border-top-color:var(--keep)}
figure.cut{border-top-color:var(--error);border-top-style:dashed}
figcaption{font-size:.85rem;font-variant-numeric:tabular-nums}
figcaption b{font-weight:650;color:var(--ink)}
.keep figcaption b{color:var(--keep)}.cut figcaption b{color:var(--error)}
blockquote{margin:0;font-size:1.06rem;line-height:1.6}
blockquote p{margin:.5rem 0 0}
del,ins,mark{padding:.05em .15em;border-radius:2px;box-decoration-break:clone;-webkit-box-decoration-break:clone}
del{background:var(--del);color:var(--del-ink);text-decoration:line-through;text-decoration-thickness:1px}
ins{background:var(--ins);color:var(--ins-ink);text-decoration:underline;text-decoration-thickness:1px;\
text-underline-offset:.2em}
mark{background:var(--mark);color:var(--mark-ink);font-weight:650;text-decoration:underline double 1px;\
text-underline-offset:.2em}
.note mark{font-weight:inherit;text-decoration-style:solid}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.9rem 0 0;font-size:.92rem}
dt,dd{margin:0}
dd+dd{grid-column:2}
summary{cursor:pointer;color:var(--soft);padding:.3rem 0}
@media(max-width:44rem){.copies,dl{grid-template-columns:1fr}dd+dd{grid-column:1}dd{padding-left:.8rem}}
@media(forced-colors:active){del,ins,mark{border:1px solid}}
"""

_REPORT = """
body{margin:0 auto;max-width:70rem;padding:clamp(1.25rem,5vw,4rem) clamp(1rem,4vw,3rem)}
header p{max-width:46em}
nav{margin:2rem 0 0}
nav ol,nav ul{list-style:none;margin:.5rem 0;padding:0}
nav li{padding:.2rem 0}
section{margin-top:3rem;border-top:1px solid var(--rule);padding-top:1rem}
article{margin:1.5rem 0 2.5rem}
footer{margin-top:4rem;border-top:1px solid var(--rule);padding-top:1rem;font-size:.85rem;max-width:none}
@media print{
body{max-width:none;padding:0}
html{font-size:10pt}
nav{display:none}
figure,h2,h3,.why{break-inside:avoid}h2,h3,.why,figcaption{break-after:avoid}
section{margin-top:1.5rem}
del,ins,mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible;block-size:auto}
@page{margin:18mm}
}
"""


def _named(colours: dict[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in colours.items()) + "}"


# paper is white, whatever the screen is
SHARED = f"{_named(LIGHT)}\n@media screen and (prefers-color-scheme:dark){{{_named(DARK)}}}{_SHARED}"
SHEET = f"{SHARED}{_REPORT}"
