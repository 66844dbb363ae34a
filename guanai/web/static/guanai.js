// Progressive enhancement only: every page works without this file.
"use strict";

// A page brought back by the Back button after leaving must ask the server again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// One press, one post: a second press on a slow line would send the form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 8000);
});

// Papers are printed from their preview.
document.addEventListener("click", (event) => {
  if (event.target.closest("button.print")) window.print();
});
