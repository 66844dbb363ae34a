// Figures of a policy: the clause beside a field follows while one types. Without this file a button does the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  let timer = 0;
  let asked = 0;

  const show = (answer) => {
    for (const clause of form.querySelectorAll("[data-clause]")) {
      const text = answer.clauses[clause.dataset.clause];
      if (text !== undefined && clause.textContent !== text) clause.textContent = text;
      clause.classList.remove("stale");
    }
    for (const field of form.querySelectorAll(".figures input")) {
      const words = answer.problems[field.name] || "";
      const place = document.getElementById(`e:${field.name}`);
      place.textContent = words;
      place.hidden = !words;
      field.toggleAttribute("aria-invalid", Boolean(words));
    }
  };

  const ask = async () => {
    const number = ++asked;
    try {
      const response = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) });
      if (response.ok && number === asked) show(await response.json());
    } catch {
      // No network: the clauses stay grey until the next key.
    }
  };

  form.addEventListener("input", () => {
    for (const clause of form.querySelectorAll("[data-clause]")) clause.classList.add("stale");
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 300);
  });
})();
