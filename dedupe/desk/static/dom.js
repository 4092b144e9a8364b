// Elements are made here, and nowhere from markup: a text of a story can never become an element.

const PROPERTIES = new Set(["className", "hidden", "disabled", "checked", "value", "htmlFor", "tabIndex", "textContent"]);

export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

// Copy: its language is not known, its direction is its own.
export function copy(tag, given, ...children) {
  return make(tag, { lang: "", dir: "auto", ...given }, ...children);
}

export function button(text, onclick, given = {}, ...more) {
  return make("button", { type: "button", onclick, ...given }, text, ...more);
}

export function key(name) {
  return make("kbd", { "aria-hidden": "true" }, name);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter(Boolean));
  return parent;
}

// Python counts characters, JavaScript counts halves of some.
export function slice(text, start, end) {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text).slice(start, end).join("") : text.slice(start, end);
}

// Whether the finding and the story move on their own: as desk.css says it.
export const roomy = () => window.matchMedia("(min-width: 64rem) and (min-height: 36rem)").matches;

let later = 0;

// Said twice, a sentence is read twice.
export function announce(sentence) {
  const place = document.getElementById("said");
  clearTimeout(later);
  place.textContent = "";
  later = setTimeout(() => {
    place.textContent = sentence;
  }, 30);
}

// A long list is put on the page some at a time, so that the page answers meanwhile.
export function gradually(parent, items, build, { first = 80, then = 200 } = {}) {
  let at = 0;
  let stopped = false;
  const some = (number) => {
    const part = document.createDocumentFragment();
    for (const end = Math.min(items.length, at + number); at < end; at += 1) part.append(build(items[at], at));
    parent.append(part);
  };
  some(first);
  const finished = new Promise((resolve) => {
    const more = () => {
      if (stopped || at >= items.length) return resolve(!stopped);
      some(then);
      return setTimeout(more);
    };
    if (at >= items.length) resolve(true);
    else setTimeout(more);
  });
  return { finished, stop: () => (stopped = true) };
}
