// Saves the section forms of a note while they are being written.
//
//   <form method="post" action="…" data-autosave="address to save to"> … <input type="hidden" name="version">
//     <p class="app-saved" role="status" data-autosave-status></p>
//     <div data-autosave-conflict></div>
//   </form>
//   <div data-autosave-remarks></div>
//
// The server answers 200 {"version": 4, "saved_at": "3:42pm", "remarks": "<ul>…"} (the remarks may be left out), 409 with an HTML fragment that shows both texts,
// 400 {"message": "…"}, or, when the session has ended, 401, 403 or a redirect. Unsent text stays in the page and is sent
// again; nothing is kept in the browser's storage.

const PAUSE = 2000;
const FIRST_RETRY = 5000;
const LAST_RETRY = 60000;
const SIGNED_OUT = "Not saved: you have been signed out. Sign in again in another tab, then your text will be saved.";
const NO_ANSWER = "Not saved yet: the service does not answer. Your text stays here and is sent again.";

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]");
    this.conflict = form.querySelector("[data-autosave-conflict]");
    this.sent = this.text();
    this.isSending = null;
    this.isStopped = false;
    this.isLeaving = false;
    this.retryIn = FIRST_RETRY;

    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", () => { this.isLeaving = true; });
    window.addEventListener("pageshow", () => { this.isLeaving = false; });
    window.addEventListener("focus", () => this.save());
    document.addEventListener("visibilitychange", () => this.save());
    document.addEventListener("session-ending", (event) => event.detail.wait(this.save()));
    window.addEventListener("beforeunload", (event) => {
      if (!this.isLeaving && this.isUnsent()) event.preventDefault();
    });
  }

  // What the writer has written; the version and the token are not text.
  text() {
    const given = new FormData(this.form);
    for (const name of ["version", "csrfmiddlewaretoken"]) given.delete(name);
    return JSON.stringify([...given].filter(([, value]) => typeof value === "string"));
  }

  isUnsent() {
    return this.text() !== this.sent;
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // One request at a time; what is typed meanwhile goes with the next. Resolves to whether everything is saved.
  async save() {
    if (this.isSending) await this.isSending;
    if (this.isStopped || !this.isUnsent()) return !this.isUnsent();
    clearTimeout(this.timer);
    this.isSending = this.send().finally(() => { this.isSending = null; });
    await this.isSending;
    return !this.isUnsent();
  }

  async send() {
    const sending = this.text();
    const body = new FormData(this.form);
    body.delete("csrfmiddlewaretoken"); // the server would take this old one before the header's
    let answer;
    try {
      answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token(this.form), "X-Autosave": "1" },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: sending.length < 50000,
      });
    } catch {
      this.tryAgain(NO_ANSWER);
      return;
    }
    if (answer.ok) this.saved(sending, await answer.json());
    else if (answer.status === 409) this.stop(await answer.text());
    else if (answer.status === 400) this.say((await answer.json()).message, true);
    else if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) this.tryAgain(SIGNED_OUT);
    else this.tryAgain(NO_ANSWER);
  }

  saved(sending, answer) {
    this.sent = sending;
    this.retryIn = FIRST_RETRY;
    const version = this.form.elements.namedItem("version");
    if (version && answer.version !== undefined) version.value = answer.version;
    this.say(`Saved at ${answer.saved_at}`, false);
    const remarks = document.querySelector("[data-autosave-remarks]");
    if (remarks && answer.remarks !== undefined) remarks.innerHTML = answer.remarks;
    this.form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true, detail: answer }));
    document.dispatchEvent(new CustomEvent("session-extended"));
    if (this.isUnsent()) this.later(PAUSE);
  }

  // Somebody else has changed this section: both texts are shown, and the writer decides.
  stop(fragment) {
    this.isStopped = true;
    this.say("Not saved: this section was changed somewhere else meanwhile. Both texts are shown above.", true);
    const place = this.conflict || this.form.appendChild(document.createElement("div"));
    place.innerHTML = fragment;
    place.tabIndex = -1;
    place.focus();
  }

  tryAgain(message) {
    this.say(message, true);
    this.later(this.retryIn);
    this.retryIn = Math.min(this.retryIn * 2, LAST_RETRY);
  }

  say(message, isWrong) {
    if (!this.status) return;
    this.status.classList.toggle("app-saved--wrong", isWrong);
    if (this.status.textContent !== message) this.status.textContent = message;
  }
}

// The token of now: signing in again in another tab makes a new one, which the cookie holds and this page does not.
function token(form) {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : form.elements.csrfmiddlewaretoken.value;
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
