// A person's answers and their history: plain values, nothing of the page.

export const ANSWERS = {
  dropFirst: { place: "second", wording: "second" },
  dropSecond: { place: "first", wording: "first" },
  both: { place: "both", wording: "first" },
};

export const other = (side) => (side === "first" ? "second" : "first");

export function named(answer) {
  if (!answer) return "none";
  if (answer.wording === "own") return "merge";
  if (answer.place === "both") return "both";
  if (answer.place !== answer.wording) return "moved";
  return answer.place === "second" ? "dropFirst" : "dropSecond";
}

export function proposal(finding) {
  if (finding.proposed === "first") return "dropFirst";
  return finding.proposed === "second" ? "dropSecond" : "";
}

export const needed = (finding) => finding.severity !== "note";

// One of the two choices made: the other follows where it was not made yet.
export function chosen(answer, what, value) {
  const before = answer?.place === "both" ? undefined : answer;
  if (value === "both") return ANSWERS.both;
  if (what === "place") return { wording: value, ...before, place: value };
  return { place: before?.place ?? value, wording: value };
}

export const fresh = () => ({ past: [], now: {}, future: [] });

const same = (one, two) => JSON.stringify(one) === JSON.stringify(two);

const copyOf = (finding, side) => {
  const { paragraph, end_paragraph: last, start, end } = finding[side];
  return [finding.article, paragraph, last, start, end].join();
};

// The other answers that word the very copy that one finding leaves at a place.
export function alike(now, findings, { id }, place) {
  const mine = copyOf(findings.find((it) => it.id === id), place);
  return findings.filter((it) => {
    const answer = now[it.id];
    const words = answer && answer.place !== "both" && answer.place !== answer.wording;
    return words && it.id !== id && copyOf(it, answer.place) === mine;
  });
}

// An answer among the others: a copy that several of them word is worded as the last one says.
export function together(now, findings, id, answer) {
  const after = { ...now, [id]: answer };
  if (answer?.wording !== "own") return after;
  for (const it of alike(now, findings, { id }, answer.place)) after[it.id] = { ...now[it.id], wording: "own", text: answer.text };
  return after;
}

export function put(history, findings, id, answer) {
  if (same(history.now[id], answer)) return history;
  const now = together(history.now, findings, id, answer);
  if (!answer) delete now[id];
  return { past: [...history.past, { id, now: history.now }], now, future: [] };
}

export function undo(history) {
  const last = history.past.at(-1);
  if (!last) return null;
  const future = [...history.future, { id: last.id, now: history.now }];
  return { id: last.id, history: { past: history.past.slice(0, -1), now: last.now, future } };
}

export function redo(history) {
  const next = history.future.at(-1);
  if (!next) return null;
  const past = [...history.past, { id: next.id, now: history.now }];
  return { id: next.id, history: { past, now: next.now, future: history.future.slice(0, -1) } };
}

// The last answer was refused: it is as if it had not been given.
export function withdrawn(history) {
  const last = history.past.at(-1);
  return last ? { id: last.id, history: { past: history.past.slice(0, -1), now: last.now, future: [] } } : null;
}

export function decisions(answers) {
  return Object.entries(answers).map(([id, answer]) => ({ id: Number(id), ...answer }));
}
