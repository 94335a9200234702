// A form that is being sent says so and takes no second click; a page shown again from the cache is usable again.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") return;
  if (event.target.dataset.sending) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sending = "yes";
  button.setAttribute("aria-disabled", "true");
  button.classList.add("is-sending");
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll(".is-sending")) {
      button.classList.remove("is-sending");
      button.removeAttribute("aria-disabled");
    }
  }
});
