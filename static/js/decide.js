// A choice among several decisions: only the box of the chosen one shows. Without this script every box shows.

for (const form of document.querySelectorAll("[data-decide]")) {
  const show = () => {
    const chosen = form.querySelector("[name=name]:checked");
    for (const box of form.querySelectorAll("[data-decision]")) box.hidden = !chosen || box.dataset.decision !== chosen.value;
  };
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
