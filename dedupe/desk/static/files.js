// Files and pasted text become documents; they are never written anywhere.

import { say } from "./words.js";

const MEGABYTE = 1_000_000;
const LIMIT = 14; // megabytes: in base64 that stays below what the desk takes

export function pasted(text) {
  return { name: "pasted.txt", text };
}

export const isPasted = (document) => document.name === "pasted.txt" && "text" in document;

function wrong(key, name, values = {}) {
  return Object.assign(new Error(say(key, { name, ...values })), { status: 0 });
}

export function read(file) {
  return new Promise((resolve, reject) => {
    if (file.size > LIMIT * MEGABYTE) {
      const size = Math.ceil(file.size / MEGABYTE);
      reject(wrong("error.huge", file.name, { size, limit: LIMIT }));
      return;
    }
    if (!file.size) {
      reject(wrong("error.nothing", file.name));
      return;
    }
    const reader = new FileReader();
    reader.onerror = () => reject(wrong("error.unreadable", file.name));
    reader.onload = () => {
      const address = reader.result; // data:...;base64,...
      resolve({ name: file.name, base64: address.slice(address.indexOf(",") + 1) });
    };
    reader.readAsDataURL(file);
  });
}

export function receiveDrops(take) {
  const notice = document.getElementById("drop");
  let depth = 0;
  const files = (event) => event.dataTransfer?.types.includes("Files");
  const over = (shown) => {
    notice.hidden = !shown;
  };
  window.addEventListener("dragenter", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth += 1;
    over(true);
  });
  window.addEventListener("dragleave", (event) => {
    if (!files(event)) return;
    depth = Math.max(0, depth - 1);
    over(depth > 0);
  });
  window.addEventListener("dragover", (event) => {
    if (files(event)) event.preventDefault();
  });
  window.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    take([...event.dataTransfer.files]);
  });
}
