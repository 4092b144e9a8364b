// The cleaned story leaves the page: to the clipboard, as a file, on paper.

import { ask } from "./ask.js";
import { announce, button, make } from "./dom.js";
import { decisions } from "./answers.js";
import { asked } from "./settle.js";
import { say } from "./words.js";

// In these the file itself is what a person reads: its own characters are copied, each as it stands.
const READABLE = new Set(["text", "agency", "markdown", "rst", "asciidoc"]);

function plainText(story) {
  const { source, text } = story.cleaned;
  return READABLE.has(story.opened.format) && typeof source === "string" ? source : text;
}

// Where a page may not use the clipboard, as over plain HTTP, a copy event still carries both kinds.
function copyByEvent(kinds) {
  const carry = (event) => {
    event.preventDefault();
    for (const [kind, text] of Object.entries(kinds)) event.clipboardData.setData(kind, text);
  };
  document.addEventListener("copy", carry, { once: true });
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", carry);
  if (!copied) throw Object.assign(new Error(say("error.copy")), { status: 0 });
}

// What is copied may still be in the making: the clipboard is asked at once, while the key is remembered.
async function toClipboard(kinds, making) {
  const blob = async (kind) => new Blob([(await making)[kind]], { type: kind });
  try {
    const item = new ClipboardItem(Object.fromEntries(kinds.map((kind) => [kind, blob(kind)])));
    await navigator.clipboard.write([item]);
  } catch {
    copyByEvent(await making);
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  announce(say("said.downloaded", { name }));
}

function nameOf(reply, otherwise) {
  const header = reply.headers.get("Content-Disposition") ?? "";
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(header);
  const plain = /filename="?([^";]+)"?/i.exec(header);
  try {
    return coded ? decodeURIComponent(coded[1]) : (plain?.[1] ?? otherwise);
  } catch {
    return otherwise;
  }
}

export function makeTake(desk) {
  const attempt = (what) => async () => {
    try {
      await what(desk.story);
    } catch (error) {
      desk.problem(error);
    }
  };

  const text = attempt(async (story) => {
    const making = desk.ready().then(() => ({ "text/plain": plainText(story) }));
    await toClipboard(["text/plain"], making);
    story.taken = story.settled;
    announce(say("said.copied"));
  });

  const html = attempt(async (story) => {
    const making = desk.ready().then(() => ({ "text/plain": plainText(story), "text/html": story.cleaned.html }));
    await toClipboard(["text/plain", "text/html"], making);
    story.taken = story.settled;
    announce(say("said.copiedHtml"));
  });

  const download = attempt(async (story) => {
    const tracked = document.getElementById("tracked")?.checked ?? false;
    const answers = asked(story);
    const reply = await ask("/desk/download", story.packed, { decisions: decisions(answers), tracked });
    story.taken = answers;
    save(await reply.blob(), nameOf(reply, story.document.name));
  });

  const report = attempt(async (story) => {
    const reply = await ask("/desk/report", story.packed);
    const name = story.document.name.replace(/^.*[/\\]/, "").replace(/\.\w+$/, "");
    save(new Blob([await reply.text()], { type: "text/html" }), `${name || "story"}.report.html`);
  });

  const tracked = () =>
    make(
      "span",
      { className: "check" },
      make("input", { type: "checkbox", id: "tracked" }),
      make("label", { htmlFor: "tracked" }, say("take.tracked")),
    );

  return {
    text,
    download,
    elements: () => [
      make(
        "div",
        { className: "tools take" },
        button(say("take.text"), text, { "aria-keyshortcuts": "c" }),
        button(say("take.html"), html),
        button(say("take.download"), download),
        button(say("take.report"), report),
        button(say("take.print"), () => window.print()),
        desk.story.opened.format === "docx" ? tracked() : null,
      ),
    ],
  };
}
