// The answers become a cleaned version: asked in order, only the last question counts.

import { told } from "./ask.js";
import { decisions, together, withdrawn } from "./answers.js";

export const PAUSE = 250; // milliseconds after the last letter that is typed

// The answers, and what is being written of a merge.
export function asked({ draft, findings, history }) {
  if (!draft?.edited) return history.now;
  return together(history.now, findings, draft.id, { place: draft.place, wording: "own", text: draft.text });
}

export function makeSettling({ changed, refused, failed }) {
  let turn = 0;
  let timer = 0;
  let running = null;
  let waiting = [];

  function concluded(error) {
    const some = waiting;
    waiting = [];
    for (const { resolve, reject } of some) error ? reject(error) : resolve();
  }

  async function ask(story, mine) {
    const answers = asked(story);
    const drafted = answers !== story.history.now;
    running = new AbortController();
    try {
      const cleaned = await told("/desk/decide", story.packed, { decisions: decisions(answers) }, running.signal);
      if (mine !== turn) return;
      Object.assign(story, { cleaned, settled: answers });
      changed(story, drafted);
      concluded();
    } catch (error) {
      if (mine !== turn || error.name === "AbortError") return;
      if (error.status !== 422) failed(story, error);
      else if (drafted) refused(story, error, null);
      else return takenBack(story, error);
      concluded(error);
    }
  }

  // The server cannot make an edit of the answers: the last one is taken back, and those before it are asked for.
  function takenBack(story, error) {
    const before = withdrawn(story.history);
    if (!before) {
      failed(story, error);
      return concluded(error);
    }
    story.history = before.history;
    refused(story, error, before.id);
    if (story.settled === story.history.now) return concluded(error);
    return settle(story);
  }

  // Whoever waits for another story would be told of this one.
  function dismissed(story) {
    const others = waiting.filter((it) => it.story !== story);
    waiting = waiting.filter((it) => it.story === story);
    for (const { reject } of others) reject(new DOMException("", "AbortError"));
  }

  function settle(story, pause = 0) {
    dismissed(story);
    turn += 1;
    const mine = turn;
    clearTimeout(timer);
    running?.abort();
    timer = setTimeout(() => ask(story, mine), pause);
  }

  // What is shown or taken is of the answers as they are now.
  function ready(story) {
    if (story.cleaned && story.settled === story.history.now && !story.draft) return Promise.resolve();
    const promise = new Promise((resolve, reject) => waiting.push({ story, resolve, reject }));
    settle(story);
    return promise;
  }

  return { settle, ready };
}
