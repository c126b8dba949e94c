// The form of an entry: keys, and where the focus begins. Without it the form works as well.
// Rule: nothing that is typed is kept or changed here; the server saves it.

const form = document.getElementById("entry");

const wrong = form?.querySelector('[aria-invalid="true"]');
if (wrong) wrong.focus();

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(document.getElementById(form.dataset.check));
    return;
  }
  // Enter in a line of text saves the form and stays where it is.
  if (event.target.matches('input:not([type="file"])') && window.htmx) {
    event.preventDefault();
    window.htmx.trigger("#autosave", "save");
  }
});
