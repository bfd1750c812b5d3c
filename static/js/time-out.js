// Warns five minutes before the session ends and offers more time. What is being written is saved first.
//
// Other scripts take part through two events on the document: "session-ending", whose `detail.wait(promise)` asks for a
// moment to save (the promise says whether everything is saved), and "session-extended", after anything that has made the
// session last longer.

const dialog = document.getElementById("time-out");
const left = dialog.querySelector("[data-left]");
const text = document.getElementById("time-out-text");
const announcement = dialog.querySelector("[data-announce]");
const lasts = Number(dialog.dataset.seconds) * 1000;
const warnFor = Math.min(5 * 60 * 1000, lasts / 2);
const SAVE_BEFORE = 20000;
const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;

let endsAt;
let timer;
let hasAskedToSave;
let announced;
extended();

function extended() {
  endsAt = Date.now() + lasts;
  hasAskedToSave = false;
  announced = null;
  if (dialog.open) dialog.close();
  clearInterval(timer);
  timer = setInterval(tick, 1000);
}

function tick() {
  const seconds = Math.ceil((endsAt - Date.now()) / 1000);
  if (seconds * 1000 > warnFor) return;
  if (!dialog.open) dialog.showModal();
  if (seconds * 1000 <= SAVE_BEFORE && !hasAskedToSave) {
    hasAskedToSave = true;
    askToSave();
  }
  if (seconds <= 0) {
    clearInterval(timer);
    end();
    return;
  }
  left.textContent = inWords(seconds);
  announce(seconds);
}

// Every 15 seconds, and every second of the last 20; a screen reader would be drowned by more.
function announce(seconds) {
  const at = seconds <= 20 ? seconds : Math.ceil(seconds / 15) * 15;
  if (at === announced) return;
  announced = at;
  announcement.textContent = `You will be signed out in ${inWords(at)}`;
}

function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  const words = [];
  if (minutes) words.push(`${minutes} ${minutes === 1 ? "minute" : "minutes"}`);
  if (rest || !minutes) words.push(`${rest} ${rest === 1 ? "second" : "seconds"}`);
  return words.join(" and ");
}

async function askToSave() {
  const saving = [];
  document.dispatchEvent(new CustomEvent("session-ending", { detail: { wait: (promise) => saving.push(promise) } }));
  const results = await Promise.allSettled(saving);
  return results.every((result) => result.value === true);
}

async function end() {
  const isSaved = await askToSave();
  await signOut();
  if (isSaved && !hasTypedText()) {
    window.location.assign(dialog.dataset.signIn);
    return;
  }
  text.textContent = "You have been signed out. What you typed is still on this page. Sign in again in another tab, then go on here.";
  announcement.textContent = text.textContent;
  dialog.querySelector("[data-stay]").textContent = "Go on";
}

// What was saved just now counted as use, so the session of somebody who has gone home would live on.
async function signOut() {
  const button = document.querySelector("[data-sign-out]");
  if (!button) return;
  const body = new FormData(button.form);
  await fetch(button.form.action, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => null);
}

function hasTypedText() {
  const boxes = document.querySelectorAll("form[method=post]:not([data-autosave]) :is(textarea, input[type=text])");
  return [...boxes].some((box) => box.value !== box.defaultValue);
}

async function stay() {
  const body = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const answer = await fetch(dialog.dataset.extend, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": cookieToken() || (token ? token.value : "") },
    credentials: "same-origin",
    redirect: "manual",
  }).catch(() => null);
  if (answer && answer.ok) document.dispatchEvent(new CustomEvent("session-extended"));
  else if (endsAt <= Date.now()) dialog.close();
  else text.textContent = "The service does not answer. What you typed stays on this page.";
}

function cookieToken() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
}

document.addEventListener("session-extended", () => {
  extended();
  if (otherTabs) otherTabs.postMessage("extended");
});
if (otherTabs) {
  otherTabs.onmessage = extended;
  otherTabs.postMessage("extended"); // this page was just fetched, so the session is fresh
}
dialog.querySelector("[data-stay]").addEventListener("click", stay);
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  stay();
});
const leave = dialog.querySelector("[data-leave]");
if (leave) {
  leave.addEventListener("click", async () => {
    await askToSave();
    document.querySelector("[data-sign-out]").form.requestSubmit();
  });
}
