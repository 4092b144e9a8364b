// Every sentence of ours comes from one file, so that it can be translated.

let sentences = {};
let plural = new Intl.PluralRules("en");

export async function load(address) {
  sentences = await (await fetch(address)).json();
  plural = new Intl.PluralRules(sentences.lang);
}

export function say(key, values = {}) {
  const form = plural.select(values.count ?? 0);
  const sentence = sentences[key] ?? sentences[`${key}.${form}`] ?? sentences[`${key}.other`] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
