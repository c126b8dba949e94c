// The handset's page with script: texts go without a reload, replies come by a long poll.
// Without it the same forms work by themselves. All HTML comes, escaped, from the server.

const log = document.getElementById("log");
const list = document.getElementById("messages");
const empty = document.getElementById("empty");
const trouble = document.getElementById("trouble");
const composer = document.getElementById("composer");
const text = document.getElementById("text");

const LONGEST_PAUSE_MS = 5000;
const lateAfterMs = Number(log.dataset.late) * 1000;
let after = log.dataset.after;

function say(sentence) {
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
  if (sentence) text.setAttribute("aria-describedby", "trouble");
  else text.removeAttribute("aria-describedby");
}

const isPending = (item) => ["waiting", "taken"].includes(item.dataset.state);

function watchForLate(item) {
  if (!isPending(item)) return;
  setTimeout(() => { item.querySelector(".late").hidden = !isPending(item); }, lateAfterMs);
}

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

// A known message only changes what stands beneath it, so that it isn't read out twice.
function put({ id, html }) {
  const item = parsed(html);
  const known = document.getElementById(`message-${id}`);
  if (!known) {
    list.append(item);
    watchForLate(item);
    return;
  }
  known.dataset.state = item.dataset.state;
  known.querySelector(".facts").replaceWith(item.querySelector(".facts"));
  known.querySelector(".refused").hidden = item.dataset.state !== "refused";
  if (!isPending(known)) known.querySelector(".late").hidden = true;
}

function show(messages) {
  const before = list.childElementCount;
  messages.forEach(put);
  empty.hidden = list.childElementCount > 0;
  if (list.childElementCount > before) showEnd();
}

function showEnd() {
  log.scrollTop = log.scrollHeight;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

class Refusal extends Error {}

// Another tab may have put in a new SIM: then this page's conversation is over.

async function ask(address, options) {
  const response = await fetch(address, { ...options, headers: { Accept: "application/json" } });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer.error);
  if (answer.sim !== log.dataset.sim) location.reload();
  return answer;
}

async function follow() {
  let failures = 0;
  for (;;) {
    try {
      const news = await ask(`${log.dataset.messages}?after=${after}`);
      if (failures) say("");
      failures = 0;
      after = news.after;
      show(news.messages);
    } catch (error) {
      failures += 1;
      say(error instanceof Refusal ? error.message : log.dataset.disconnected);
      await pause(Math.min(250 * 2 ** failures, LONGEST_PAUSE_MS));
    }
  }
}

// The composer's own button has no name; an example's button carries its text as its value.
async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const typed = form === composer;
  try {
    await ask(form.action, { method: "POST", body });
    say("");
    if (typed) text.value = "";
  } catch (error) {
    say(error instanceof Refusal ? error.message : log.dataset.disconnected);
  }
  if (typed) text.focus();
}

document.querySelectorAll("form[data-sends]").forEach((form) => form.addEventListener("submit", send));
list.querySelectorAll(".message").forEach(watchForLate);
showEnd();
follow();
