// Forms work without this file; with it nothing is lost on a weak line or when the session ends.
"use strict";

// Whether a form says something else than the server sent: on a weak line people type before this file has come. What
// the Back button fills in again was sent or kept before.
const isFilledEarly = (form) => {
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival && arrival.type === "back_forward") return false;
  const words = (of) => new URLSearchParams(new FormData(of)).toString();
  const asSent = form.cloneNode(true);
  asSent.reset();
  return words(form) !== words(asSent);
};

(() => {
  const form = document.querySelector("[data-form]");
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();
  if (!form || !window.guanai) return;

  const banner = form.querySelector("[data-banner]");
  const kept = form.querySelector("[data-kept]");
  const LOST = "现在连不上学校的服务器。您写的还在这一页，连上以后会自动保存，请不要关掉。";
  const EXPIRED = "登录已过期。您写的还在这一页：";
  const OTHER = "这里现在登录的是别人，所以没有保存。您写的还在这一页：请那位退出、您重新登录，再回到这里按保存。";
  // A page that the server sent back holds words that nobody saved; the server keeps them as a draft already.
  let isDirty = "dirty" in form.dataset, isSaving = false, timer = 0, waiting = 0, pressed = null;
  let isUnkept = false, keeping = Promise.resolve();
  // On a weak line what was sent first may arrive last: the server leaves what it has of a later turn of this page.
  const page = Math.random().toString(36).slice(2);
  let turn = 0;

  const tell = (words, link) => {
    banner.hidden = !words;
    banner.textContent = words;
    if (link) {
      const to = document.createElement("a");
      to.href = form.dataset.login;
      to.target = "_blank";
      to.rel = "noopener";
      to.textContent = "请在新窗口登录";
      banner.append(to, "，再回到这里按保存。");
    }
  };

  // After a new log-in the token is another one; what one person typed is never kept or saved as another's.
  const token = async () => {
    const { csrf, isOther } = await window.guanai.token();
    if (isOther) tell(OTHER);
    else if (!csrf) tell(EXPIRED, true);
    return csrf;
  };

  // What is on its way is finished after the page is left; browsers do not promise that for more than 64 KiB.
  const post = (csrf) => {
    const body = new URLSearchParams(new FormData(form));
    turn += 1;
    body.append("turn", `${page}.${turn}`);
    return fetch(form.dataset.keep, {
      method: "POST", body, keepalive: body.toString().length < 60000, headers: { "x-csrf-token": csrf },
    });
  };

  const store = async () => {
    let own = turn + 1;
    try {
      let answer = await post(form.elements.csrf.value);
      if (answer.status === 401 || answer.status === 403) {
        const fresh = await token();
        if (!fresh) return;
        form.elements.csrf.value = fresh;
        own = turn + 1;
        answer = await post(fresh);
      }
      if (!answer.ok || own < turn) return;
      isUnkept = timer > 0;
      tell("");
      kept.textContent = "草稿已留在服务器 " + new Date().toTimeString().slice(0, 5);
    } catch {
      if (own < turn) return;
      tell(LOST);
      timer = timer || window.setTimeout(keep, 5000);
    }
  };

  const keep = () => {
    window.clearTimeout(timer);
    timer = 0;
    if (isUnkept && !isSaving) keeping = Promise.all([keeping, store()]);
  };

  // Not put off by every key: who types without a pause has a draft too.
  const typed = () => {
    isDirty = isUnkept = true;
    timer = timer || window.setTimeout(keep, 2000);
  };
  form.addEventListener("input", typed);
  if (isFilledEarly(form)) typed();

  // A phone may end a page that is out of sight without another word.
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  window.addEventListener("pagehide", keep);

  window.addEventListener("beforeunload", (event) => {
    if (isDirty && !isSaving) event.preventDefault();
  });

  const send = async () => {
    window.clearTimeout(waiting);
    try {
      const fresh = await token();
      delete form.dataset.sent;
      if (!fresh) return;
      form.elements.csrf.value = fresh;
    } catch {
      delete form.dataset.sent;
      tell(LOST);
      waiting = window.setTimeout(send, 3000);
      return;
    }
    isSaving = true;
    if (pressed && pressed.name) {
      const chosen = document.createElement("input");
      chosen.type = "hidden";
      chosen.name = pressed.name;
      chosen.value = pressed.value;
      form.append(chosen);
    }
    // A draft that is on its way would come after the save, and be offered for ever; one that is stuck holds nothing up.
    await Promise.race([keeping, new Promise((done) => window.setTimeout(done, 5000))]);
    form.submit();
    // If the line breaks just now the browser shows its own page; Back brings this one, and the draft is kept.
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pressed = event.submitter;
    send();
  });

  // A further blank item after the one that was begun.
  form.addEventListener("change", (event) => {
    const blank = event.target.closest("[data-blank]");
    if (!blank || blank.dataset.grown) return;
    const match = blank.dataset.blank.match(/^(.*\/n)(\d+)$/);
    const next = Number(match[2]) + 1;
    if (next > 30) return;
    blank.dataset.grown = "1";
    const copy = blank.cloneNode(true);
    const from = match[1] + match[2], to = match[1] + next;
    copy.open = false;
    copy.dataset.blank = to;
    delete copy.dataset.grown;
    for (const each of copy.querySelectorAll("[name],[id],[for],[aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = each.getAttribute(name);
        if (value) each.setAttribute(name, value.split(from + "/").join(to + "/"));
      }
      if (each.matches("textarea")) each.value = each.defaultValue = "";
      else if (each.matches("input:not([type=hidden],[type=checkbox],[type=radio])")) each.value = "";
    }
    blank.after(copy);
  });
})();

// Two people at one field: leaving by the page's own link is meant, any other way is asked about.
(() => {
  const form = document.querySelector("[data-unsaved]");
  if (!form) return;
  let isMeant = false;
  form.addEventListener("submit", () => { isMeant = true; });
  form.addEventListener("click", (event) => { if (event.target.closest("a")) isMeant = true; });
  window.addEventListener("beforeunload", (event) => { if (!isMeant) event.preventDefault(); });
})();

// The roll of a class: what is tapped waits in taps.js until the server has it.
(() => {
  const forms = document.querySelectorAll("[data-queue]");
  if (!forms.length || !window.guanai) return;
  document.addEventListener("guanai:sent", () => window.location.reload());

  // What was ticked and not saved is kept on the server like any draft; the taps above are what was saved.
  const roll = document.querySelector("[data-place]");
  const page = Math.random().toString(36).slice(2);
  let timer = 0, turn = 0, keeping = Promise.resolve(), isSent = false;
  const marksOf = (form) => {
    const gone = new FormData(form).getAll("missing");
    return [...gone.map((id) => ["missing", id]), ...gone.map((id) => ["kind:" + id, form.elements["kind:" + id].value])];
  };
  const keep = () => {
    window.clearTimeout(timer);
    timer = 0;
    const own = turn += 1;
    const body = [["place", roll.dataset.place], ["title", roll.dataset.title], ["turn", `${page}.${own}`], ...marksOf(roll)];
    const sending = (async () => {
      const post = (csrf) => fetch(roll.dataset.keep, {
        method: "POST", body: new URLSearchParams(body), keepalive: true, headers: { "x-csrf-token": csrf },
      });
      let answer = await post(roll.elements.csrf.value);
      if (answer.status === 401 || answer.status === 403) {
        const { csrf } = await window.guanai.token();
        if (!csrf) return;
        answer = await post(csrf);
      }
      if (answer.ok) roll.querySelector("[data-kept]").textContent = "还没保存，草稿已留在服务器";
    })().catch(() => { if (!isSent && own === turn) timer = timer || window.setTimeout(keep, 5000); });
    keeping = Promise.all([keeping, sending]);
  };
  if (roll) {
    const ticked = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, 800);
    };
    roll.addEventListener("change", ticked);
    if (isFilledEarly(roll)) ticked();
    window.addEventListener("pagehide", () => { if (timer) keep(); });
  }

  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      window.clearTimeout(timer);
      [timer, isSent] = [0, true];
      const body = [...new FormData(form)].filter(([name]) => !["csrf", "missing"].includes(name) && !name.startsWith("kind:"));
      body.push(...marksOf(form));
      body.push(["at", new Date().toISOString().replace("Z", "+00:00")]);
      const kept = window.guanai.add({ to: window.location.pathname, body });
      // A draft that is on its way would come after the check, one that is stuck holds nothing up; a browser that keeps
      // nothing sends it as any form.
      const settled = () => Promise.race([keeping, new Promise((done) => window.setTimeout(done, 5000))]);
      kept.then(() => settled().finally(window.guanai.send), () => form.submit());
    });
    const count = form.querySelector("[data-count]");
    if (!count) continue;
    const counted = () => {
      const gone = form.querySelectorAll("[name=missing]:checked").length;
      count.textContent = gone ? `保存：${gone} 人没到` : "保存：全部到齐";
    };
    form.addEventListener("change", counted);
    if (isFilledEarly(form)) counted();
  }

  const tick = () => {
    for (const each of document.querySelectorAll("[data-due]")) {
      const left = Math.round((new Date(each.dataset.due) - Date.now()) / 60000);
      if (left >= 0 && left < 180) each.title = `还有 ${left} 分钟`;
    }
  };
  tick();
  window.setInterval(tick, 30000);
})();
