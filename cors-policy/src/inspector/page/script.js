// Searches while one types, shows what is new, and times in the reader's zone. The server finds; this only asks it.
"use strict";

const search = document.querySelector("#search");
const EVERY = 2000;
let newest = 0;

localise();
search.addEventListener("input", () => setTimeout(refresh, 150, search.value));
search.form.addEventListener("submit", (event) => {
  event.preventDefault();
  refresh(search.value);
});
setInterval(poll, EVERY);

/** Loads the list anew, unless the text has changed meanwhile. */
async function refresh(text) {
  if (text !== search.value) return;
  const number = ++newest;
  const query = new URLSearchParams(text === "" ? {} : { search: text });
  const page = await load(`?${query}`, "document");
  if (page === null || number !== newest) return;
  history.replaceState(null, "", keepsAnswer() ? location.href : `?${query}`);
  replace(page.querySelector("#requests"));
}

/** Asks whether anything was noticed since. Nothing moves while somebody copies a part of it. */
async function poll() {
  if (document.hidden || getSelection().type === "Range") return;
  const revision = await load("?format=revision", "text");
  const shown = document.querySelector("#requests").dataset.revision;
  if (revision !== null && revision !== shown) refresh(search.value);
}

/** The address of an answer stays, so that it can be loaded again. */
function keepsAnswer() {
  return document.querySelector("#answer") !== null;
}

/** Puts a newer list in the place of the one that is shown. What was open stays open, and the focus where it was. */
function replace(list) {
  const old = document.querySelector("#requests");
  const known = new Map([...old.querySelectorAll("details.entry")].map((entry) => [entry.id, entry]));
  for (const entry of list.querySelectorAll("details.entry")) {
    const before = known.get(entry.id);
    if (before === undefined) continue;
    entry.open = before.open;
    entry.querySelector(".wire")?.toggleAttribute("open", before.querySelector(".wire")?.open === true);
  }
  const focused = document.activeElement?.closest("details.entry")?.id;
  old.replaceWith(document.importNode(list, true));
  if (focused) document.getElementById(focused)?.querySelector("summary").focus({ preventScroll: true });
  localise();
  const count = list.querySelector(".count").textContent;
  const announcement = document.querySelector("#announcement");
  if (announcement.textContent !== count) announcement.textContent = count;
}

function localise() {
  for (const time of document.querySelectorAll("#requests time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString();
    time.title = time.dateTime;
  }
}

/** `null` where the server does not answer: it is being built anew, say. */
function load(address, type) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = type;
    request.onload = () => resolve(request.status === 200 ? request.response : null);
    request.onerror = () => resolve(null);
    request.send();
  });
}
