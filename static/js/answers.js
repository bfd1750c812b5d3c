// A head's answers: the box for words shows only where words are wanted, and the line of progress follows each save.

for (const form of document.querySelectorAll(".app-answer")) {
  const words = form.querySelector("[data-answer-text]");
  const box = words.querySelector("textarea");
  const show = () => {
    const chosen = form.querySelector("[name=verdict]:checked");
    words.hidden = (!chosen || chosen.value === "accurate") && !box.value;
  };
  form.addEventListener("change", show);
  show();
  form.addEventListener("autosaved", (event) => {
    for (const line of document.querySelectorAll("[data-progress]")) line.textContent = event.detail.progress;
  });
}
