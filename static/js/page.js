// What every page gains from JavaScript. Without it everything works, a little less conveniently.

foldFilterPanel();
openMenusCloseElsewhere();
guardPlainForms();

// The filter panel can be hidden, and starts hidden on a phone.
function foldFilterPanel() {
  const panel = document.querySelector("[data-filter-panel]");
  if (!panel) return;
  const layout = panel.parentElement;
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "govuk-button govuk-button--secondary app-filter__toggle";
  toggle.setAttribute("aria-controls", "filter-panel");
  layout.querySelector("[data-tools]").prepend(toggle);

  function show(isShown) {
    panel.hidden = !isShown;
    layout.classList.toggle("app-register--wide", !isShown);
    toggle.setAttribute("aria-expanded", String(isShown));
    toggle.textContent = isShown ? "Hide filter" : "Show filter";
  }
  toggle.addEventListener("click", () => {
    show(panel.hidden);
    if (!panel.hidden) panel.querySelector(".moj-filter").focus();
  });
  const hasErrors = panel.querySelector(".govuk-form-group--error") !== null;
  show(hasErrors || window.matchMedia("(min-width: 48.0625em)").matches);
}

// An open menu closes with Escape or a click elsewhere.
function openMenusCloseElsewhere() {
  const menus = document.querySelectorAll("details.app-account__switch, details.app-menu");
  for (const menu of menus) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }
}

// A second click within a second sends nothing; govuk-button does this only for its own buttons, not for Enter.
function guardPlainForms() {
  let lastForm = null;
  let lastAt = 0;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form === lastForm && event.timeStamp - lastAt < 1000) event.preventDefault();
    else [lastForm, lastAt] = [form, event.timeStamp];
  });
}
