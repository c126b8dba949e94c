// What every page of the console does with script; without it each page works as well.
// Rules: nothing is kept in the browser; focus is never lost; what changes is also said.

const live = document.getElementById("live");

// htmx is most of a page's weight: only a page that has a part to fetch loads it, once the page is
// whole, for what comes between DOMContentLoaded and load never starts.
addEventListener("load", () => {
  if (!document.querySelector("[hx-get], [hx-post], [hx-trigger]")) return;
  const script = document.createElement("script");
  script.src = document.body.dataset.htmx;
  document.head.append(script);
});

/** Have a screen reader say a sentence, the same one a second time too. */
export function say(sentence) {
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = sentence; });
}

/** Put the focus on the summary of errors, or on whatever a part of a page asks it for. */
function focusWhatMatters(part) {
  const wanted = part.querySelector("[data-focus]");
  if (wanted) wanted.focus();
}

focusWhatMatters(document);

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  const said = part.matches("[data-say]") ? part : part.querySelector("[data-say]");
  if (said) say(said.dataset.say);
  focusWhatMatters(part);
  if (document.activeElement === document.body && part.id) {
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }
});

function tell(sentence) {
  say(sentence);
  const main = document.getElementById("main");
  let notice = document.getElementById("trouble");
  if (!notice) {
    notice = document.createElement("p");
    notice.id = "trouble";
    notice.className = "notice bad";
    notice.append(document.createElement("span"));
    main.prepend(notice);
  }
  notice.firstElementChild.textContent = sentence;
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => tell(document.body.dataset.unreachable));
}
document.addEventListener("htmx:responseError", () => tell(document.body.dataset.refused));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("trouble")?.remove();
});

// A form that says so is not left by mistake while something in it is typed and not sent.
const unsaved = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-unsaved]");
  if (form) unsaved.add(form);
});
document.addEventListener("submit", (event) => unsaved.delete(event.target));
document.addEventListener("saved", (event) => unsaved.delete(event.target));
addEventListener("beforeunload", (event) => {
  for (const form of unsaved) {
    if (form.isConnected) event.preventDefault();
  }
});

// The menu closes with Escape and gives the focus back.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".rooms[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
