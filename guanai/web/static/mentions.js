// Completion after @ in free text. Without this file one writes @ and the child's id, or the name and is asked.
"use strict";

(() => {
  const form = document.querySelector("[data-mentions]");
  if (!form) return;
  const BEGUN = /@([\p{L}\p{N}·-]{1,20})$/u;
  const list = document.createElement("ul");
  list.className = "mentions";
  list.id = "mentions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "提到谁");
  let field = null, options = [], at = 0, wanted = 0, timer = 0;

  const close = () => {
    list.hidden = true;
    options = [];
    if (field) {
      field.removeAttribute("aria-controls");
      field.removeAttribute("aria-activedescendant");
    }
  };

  const mark = (place) => {
    at = place;
    options.forEach((each, index) => each.node.setAttribute("aria-selected", String(index === at)));
    field.setAttribute("aria-activedescendant", options[at].node.id);
  };

  const choose = (place) => {
    const before = field.value.slice(0, field.selectionStart), after = field.value.slice(field.selectionEnd);
    const begun = before.replace(BEGUN, "") + options[place].insert;
    field.value = begun + after;
    field.setSelectionRange(begun.length, begun.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    field.focus();
  };

  const show = (found) => {
    list.replaceChildren();
    options = found.map((each, index) => {
      const node = document.createElement("li"), hint = document.createElement("small");
      node.id = "mention-" + index;
      node.setAttribute("role", "option");
      node.textContent = each.title + " ";
      hint.textContent = each.hint;
      node.append(hint);
      node.addEventListener("mousedown", (event) => {
        event.preventDefault(); // the text keeps the focus
        choose(index);
      });
      list.append(node);
      return { insert: each.insert, node };
    });
    if (!options.length) return close();
    field.after(list);
    list.hidden = false;
    field.setAttribute("aria-controls", "mentions");
    mark(0);
  };

  const ask = async (word) => {
    const mine = ++wanted;
    try {
      // Posted: a name in an address would stand in every log on the way.
      const answer = await fetch(form.dataset.mentions, {
        method: "POST",
        headers: { accept: "application/json", "x-csrf-token": form.elements.csrf.value },
        body: new URLSearchParams({ q: word }),
      });
      if (mine !== wanted || answer.redirected || !answer.ok) return;
      show((await answer.json()).found);
    } catch {
      close(); // without a line one goes on writing
    }
  };

  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea, input[type=text]")) return;
    field = event.target;
    window.clearTimeout(timer);
    const begun = field.value.slice(0, field.selectionStart).match(BEGUN);
    wanted += 1;
    if (!begun || event.isComposing) return close();
    timer = window.setTimeout(ask, 200, begun[1]);
  });

  form.addEventListener("keydown", (event) => {
    if (list.hidden || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((at + step + options.length) % options.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });

  form.addEventListener("focusout", (event) => {
    if (event.target === field) close();
  });
  form.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));
})();
