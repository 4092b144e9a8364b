// What the page asks of the desk: always a POST with a body, so that no copy stands in an address.

import { say } from "./words.js";

function refusal(status, sentence) {
  return Object.assign(new Error(sentence), { status });
}

async function sentence(reply) {
  try {
    const told = await reply.json();
    return typeof told.error === "string" && told.error ? told.error : say("error.strange");
  } catch {
    return say("error.strange");
  }
}

// `packed` holds members that are JSON already: a document is written once, not at every answer.
function body(packed, rest) {
  const members = Object.entries(packed).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  members.push(...Object.entries(rest).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`));
  return `{${members.join(",")}}`;
}

export async function ask(address, packed, rest = {}, signal = undefined) {
  let reply;
  try {
    reply = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Dedupe": "1" },
      body: body(packed, rest),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal,
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : refusal(0, say("error.gone"));
  }
  if (!reply.ok) throw refusal(reply.status, await sentence(reply));
  return reply;
}

export async function told(address, packed, rest, signal) {
  const reply = await ask(address, packed, rest, signal);
  try {
    return await reply.json();
  } catch (error) {
    throw error.name === "AbortError" ? error : refusal(0, say("error.strange"));
  }
}
