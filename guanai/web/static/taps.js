// Attendance over a weak line: each tap waits in this browser until the server has it; sent twice it stands once.
// What waits names children by id alone, is sealed with a key that only its owner's pages carry, and goes out under no
// other log-in than its owner's. On logging out it is sent first; where a session ends by itself it waits, sealed.
"use strict";

(() => {
  const me = document.querySelector("[data-staff]");
  if (!me) return;
  const ALL = "guanai.tap.", MINE = `${ALL}${me.dataset.staff}.`;
  const hex = (bytes) => [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (each) => parseInt(each, 16));
  // Browsers seal nothing on a way that is open to everybody anyway: plain HTTP beyond this machine.
  const key = me.dataset.taps && window.crypto.subtle
    ? crypto.subtle.importKey("raw", bytes(me.dataset.taps), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
  let sending = null, count = 0, isLeaving = false;

  const sealed = async (text) => {
    if (!key) return text;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const made = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, new TextEncoder().encode(text));
    return hex(iv) + hex(new Uint8Array(made));
  };
  const opened = async (text) => {
    if (text.startsWith("{")) return JSON.parse(text);
    const [iv, data] = [bytes(text.slice(0, 24)), bytes(text.slice(24))];
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key, data)));
  };

  const waiting = (of = MINE) => Object.keys(localStorage).filter((each) => each.startsWith(of)).sort();
  // What cannot be opened is kept, and left out until a page is opened anew.
  const shut = new Set();
  const due = () => waiting().filter((each) => !shut.has(each));
  const add = async (tap) => {
    count += 1;
    const place = `${MINE}${Date.now()}.${String(count).padStart(4, "0")}`;
    localStorage.setItem(place, await sealed(JSON.stringify(tap)));
  };

  const tell = (words) => {
    let banner = document.querySelector("[data-queue-banner]");
    if (!banner && words) {
      banner = document.createElement("p");
      banner.className = "note warn banner";
      banner.dataset.queueBanner = "";
      banner.setAttribute("role", "status");
      document.querySelector("main").prepend(banner);
    }
    if (!banner) return;
    banner.hidden = !words;
    banner.textContent = words;
  };

  // The token of the session that holds now; none where it has ended, or is another person's.
  const token = async () => {
    const answer = await fetch(me.dataset.token, { headers: { accept: "application/json" } });
    if (answer.status >= 500) throw new TypeError("unreachable");
    if (answer.redirected || !answer.ok) return { csrf: "", isOther: false };
    const told = await answer.json();
    return told.staff === me.dataset.staff ? { csrf: told.csrf, isOther: false } : { csrf: "", isOther: true };
  };

  const post = (tap, csrf) => fetch(tap.to, {
    method: "POST", body: new URLSearchParams(tap.body),
    headers: { accept: "application/json", "x-csrf-token": csrf },
  });

  // Returns what to say of what cannot be opened: once for each, as long as the window is open.
  const unread = () => {
    const fresh = [...shut].filter((each) => !sessionStorage.getItem(`guanai.shut.${each}`));
    for (const each of fresh) sessionStorage.setItem(`guanai.shut.${each}`, "1");
    return fresh.length
      ? `这部手机里有 ${fresh.length} 次没送出的点名打不开，没有送出，也没有删；请到考勤页核对，缺的再点一次。` : "";
  };

  // Returns "sent", "over" where this log-in is not the owner's, or "offline".
  const work = async () => {
    let sent = 0, refused = [];
    try {
      for (let all = due(); all.length; all = due()) {
        const { csrf, isOther } = await token();
        if (!csrf) {
          tell(isOther
            ? "这里现在登录的是别人。没送出的点名还留着，别人看不到，也不会送出；您再登录时自动送出。"
            : "登录已过期。没送出的点名还在这部手机里，请刷新、登录，会自动送出。");
          return "over";
        }
        const tap = await opened(localStorage.getItem(all[0])).catch(() => null);
        if (!tap) {
          shut.add(all[0]);
          continue;
        }
        const answer = await post(tap, csrf);
        if (answer.status >= 500 || answer.status === 429) throw new TypeError("unreachable");
        // Refused since somebody logged in anew in between: that is no word on the tap.
        if ([401, 403].includes(answer.status) && (await token()).csrf !== csrf) continue;
        const told = await answer.json().catch(() => ({}));
        localStorage.removeItem(all[0]);
        if (told.kept) sent += 1;
        else refused.push(told.told || "没有记下：请刷新核对。");
      }
      const isFresh = sent && !refused.length && !isLeaving;
      // Not told to a page that is about to go.
      const why = [...new Set(refused)].join("");
      tell((why ? `有 ${refused.length} 次点按${why}` : "") + (isFresh || isLeaving ? "" : unread()));
      if (isFresh) document.dispatchEvent(new Event("guanai:sent"));
      return "sent";
    } catch {
      tell(`现在连不上学校的服务器，${due().length} 次点按留在这部手机里，连上后自动送出。`);
      window.setTimeout(send, 4000);
      return "offline";
    }
  };
  const send = () => {
    if (!sending) sending = work().finally(() => { sending = null; });
    return sending;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-logout]") || event.defaultPrevented) return;
    if (waiting().length) {
      event.preventDefault();
      isLeaving = true;
      if (await send() === "offline") {
        isLeaving = false;
        delete form.dataset.sent;
        return tell(`还有 ${due().length} 次点按没有送出，现在连不上服务器；连上、送出以后再退出。`);
      }
    }
    // What is still here, others' or what could not be opened, stays; only then the browser is not told to forget all.
    if (waiting(ALL).length) {
      const kept = document.createElement("input");
      [kept.type, kept.name, kept.value] = ["hidden", "waiting", "1"];
      form.append(kept);
    }
    if (event.defaultPrevented) form.submit();
  });

  // As an earlier version kept them: open, all in one place.
  const OLD = "guanai.queue." + me.dataset.staff;
  const moved = (async () => {
    for (const tap of JSON.parse(localStorage.getItem(OLD) || "[]")) await add(tap);
    localStorage.removeItem(OLD);
  })();

  moved.catch(() => {}).then(() => { if (waiting().length) send(); });
  window.addEventListener("online", () => { if (waiting().length) send(); });
  window.guanai = { add, send, token };
})();
