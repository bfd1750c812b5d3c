// What a list gains from JavaScript: its search box answers while one types, and all rows of a page are ticked at once.
// Without it, Enter or "Apply filters" searches, and each row has its own tick box.

const PAUSE = 350; // milliseconds without a key before the server is asked

searchWhileTyping();
tickAllOfPage();

function searchWhileTyping() {
  const form = document.querySelector("[data-filter-panel] form");
  if (!form || !form.querySelector("[data-search]")) return;
  let timer = null;
  let asking = null;
  let asked = queryOf(form);

  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-search]") || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("submit", stop);

  function stop() {
    clearTimeout(timer);
    if (asking) asking.abort();
  }

  // One request at a time: a newer question takes the place of the older one. Where none comes back, Enter still asks.
  async function ask() {
    const query = queryOf(form);
    if (query === asked) return;
    stop();
    const mine = new AbortController();
    asking = mine;
    try {
      const answer = await fetch(`?${query}`, { headers: { "X-Part": "results" }, signal: mine.signal });
      if (!answer.ok || answer.redirected) return;
      const html = await answer.text();
      if (asking !== mine) return;
      asked = query;
      show(html);
      history.replaceState(history.state, "", `?${query}`);
    } catch {
      // Aborted by a newer question, or no connection.
    }
  }
}

// What the form would send, without what is left blank.
function queryOf(form) {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") given.append(name, value);
  return given.toString();
}

// Put the parts of an answer in the place of those on the page; the count is said aloud by its live region.
function show(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  for (const part of answer.querySelectorAll("[data-part]")) {
    const place = document.querySelector(`main [data-part="${part.dataset.part}"]`);
    if (!place) continue;
    if (part.dataset.part === "count") place.textContent = part.textContent;
    else place.replaceChildren(...part.childNodes);
  }
  const title = answer.querySelector("[data-title]");
  if (title) document.title = title.dataset.title + document.title.slice(document.title.lastIndexOf(" – "));
  offerTicks();
}

function tickAllOfPage() {
  offerTicks();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-all]");
    if (!button) return;
    const isTicked = button.getAttribute("aria-pressed") !== "true";
    for (const box of document.querySelectorAll('input[name="chosen"]')) box.checked = isTicked;
    button.setAttribute("aria-pressed", String(isTicked));
  });
}

function offerTicks() {
  for (const button of document.querySelectorAll("[data-tick-all]")) button.hidden = false;
}
