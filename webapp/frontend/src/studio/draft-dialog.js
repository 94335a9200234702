// Asks by a dialog with one button for each answer; answers which one was pressed ("" for Escape).

export function ask(title, text, choices) {
  const dialog = document.createElement("dialog");
  dialog.className = "studio-dialog";
  dialog.setAttribute("aria-labelledby", "studio-dialog-title");
  const heading = Object.assign(document.createElement("h2"), { id: "studio-dialog-title", textContent: title });
  const words = Object.assign(document.createElement("p"), { textContent: text });
  const actions = Object.assign(document.createElement("p"), { className: "actions" });
  for (const [value, label, primary] of choices) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: primary ? "btn btn-primary" : "btn", textContent: label });
    button.addEventListener("click", () => dialog.close(value));
    actions.append(button);
  }
  dialog.append(heading, words, actions);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}
