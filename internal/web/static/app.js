// The little script of the pages. Everything works without it; it saves
// reloads, copies, and gives keys. No page holds script, and nothing here makes
// markup of strings: parts of pages are fetched as documents and moved over.
(() => {
  "use strict";
  const $ = (sel, from = document) => from.querySelector(sel);
  const $$ = (sel, from = document) => [...from.querySelectorAll(sel)];
  const store = {
    get(k) { try { return localStorage.getItem(k); } catch { return null; } },
    set(k, v) { try { localStorage.setItem(k, v); } catch { /* private windows */ } },
  };
  const say = (text) => { const p = $("#say"); if (p) p.textContent = text; };

  // What only script can do is hidden without it.
  const show = (from) => $$(".script", from).forEach((x) => { x.hidden = false; });
  show(document);

  // --- evidence beside the page -------------------------------------------
  const load = (url) => new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("GET", url);
    x.responseType = "document";
    x.onload = () => (x.status === 200 && x.response ? done(x.response) : fail(new Error("status " + x.status)));
    x.onerror = () => fail(new Error("no answer"));
    x.send();
  });
  let opener = null;
  const open = async (url, push) => {
    let doc;
    try { doc = await load(url); } catch { location.href = url; return; }
    const page = $(".page"), rail = $(".page > .rail"), fresh = $(".page > .rail", doc);
    page.className = $(".page", doc).className;
    if (rail) rail.remove();
    if (fresh) { page.append(document.adoptNode(fresh)); show(fresh); }
    const sel = new URL(url, location.href).searchParams.get("sel");
    $$(".ev[aria-current]").forEach((x) => x.removeAttribute("aria-current"));
    $$("td.sel,.row.sel").forEach((x) => x.classList.remove("sel"));
    if (sel) $$(".main .ev").filter((x) => x.dataset.ref === sel).forEach((x) => {
      x.setAttribute("aria-current", "true");
      const cell = x.closest("td,.row");
      if (cell && cell.closest(".mx,.day")) cell.classList.add("sel");
    });
    if (push) history.pushState(null, "", url);
    if (fresh) {
      const n = $(".nav", fresh);
      say(n ? n.textContent.trim() : "");
      // Where the rail stands below the page, go there.
      if (innerWidth <= 1180 && sel) fresh.scrollIntoView();
    }
  };
  document.addEventListener("click", (e) => {
    const a = e.target.closest("a");
    if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const here = new URL(location.href), to = new URL(a.href, here);
    if (!a.classList.contains("ev") || to.origin !== here.origin || to.pathname !== here.pathname) return;
    e.preventDefault();
    opener = a;
    open(a.href, true);
  });
  addEventListener("popstate", () => { if ($(".page > .rail") || /[?&]sel=/.test(location.search)) open(location.href, false); });

  // --- a reading under way ---------------------------------------------------
  const watchReading = () => setTimeout(async () => {
    try {
      const fresh = $("#main", await load(location.href)), main = $("#main");
      if (fresh.innerHTML !== main.innerHTML) {
        main.replaceChildren(...document.adoptNode(fresh).childNodes);
        show(main); say($("[data-job]").textContent.trim());
      }
    } catch { /* the program may be busy: ask again */ }
    if ($("[data-job=working]")) watchReading();
  }, 700);
  if ($("[data-job=working]")) {
    addEventListener("load", () => stop()); // the browser need not ask again by itself
    watchReading();
  }

  // --- the review queue -------------------------------------------------------
  // The item after the one that is shown is loaded already; an answer shows it at
  // once and is sent meanwhile.
  let ahead = null;
  const preload = () => {
    const x = $("[data-item]"), next = x && x.dataset.next;
    ahead = next ? { url: next, doc: null } : null;
    const here = ahead;
    if (next) load(next).then((d) => { here.doc = d; }, () => { /* the answer's own page comes */ });
  };
  const turn = (doc, url) => {
    const main = $("#main"), fresh = doc && $("#main", doc);
    if (!fresh) { location.href = url; return; }
    main.replaceChildren(...document.adoptNode(fresh).childNodes);
    document.title = doc.title;
    if (new URL(url, location.href).pathname !== location.pathname) scrollTo(0, 0);
    history.pushState(null, "", url);
    show(main); say($("h1", main).textContent.trim()); preload();
  };
  const send = (url, body) => new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("POST", url);
    x.responseType = "document";
    x.onload = () => (x.response ? done({ doc: x.response, url: x.status < 400 ? x.responseURL : url }) : fail(new Error("status " + x.status)));
    x.onerror = () => fail(new Error("no answer"));
    x.send(body);
  });
  document.addEventListener("submit", async (e) => {
    const f = e.target, b = e.submitter;
    if (!f.matches("[data-answer]") || !b || b.value === "merge") return;
    e.preventDefault();
    const url = f.getAttribute("action"), body = new URLSearchParams(new FormData(f, b)), sent = send(url, body);
    const early = ahead && ahead.doc && !/^(note|undo|enter)$/.test(b.value) ? ahead : null;
    if (early) turn(early.doc, early.url);
    try {
      const got = await sent;
      // Who has gone on meanwhile is not called back, unless the answer was none.
      if (early && new URL(early.url, location.href).pathname !== location.pathname && got.url !== url) return;
      turn(got.doc, got.url);
    } catch { location.href = url; }
  });
  addEventListener("popstate", () => { if ($("[data-item]")) location.reload(); });
  if ($("[data-item]")) preload();

  // What a reader selects is what a mistake is reported of.
  document.addEventListener("selectionchange", () => {
    const a = $("a[data-mistake]"), s = getSelection();
    if (!a || s.isCollapsed) return;
    const n = [s.anchorNode, s.focusNode].map((x) => { const p = x && (x.closest ? x : x.parentElement), t = p && p.closest(".sent"); return t ? Number(t.id.slice(1)) : 0; });
    if (!n[0] || !n[1]) return;
    a.href = a.dataset.mistake + "?first=" + Math.min(...n) + "&last=" + Math.max(...n);
  });

  // --- copying --------------------------------------------------------------
  const copy = async (button) => {
    const from = button.dataset.copy ? $(button.dataset.copy) : button.closest("[data-copyable]");
    if (!from) return;
    const text = from.dataset.text || from.textContent.trim().replace(/\s+/g, " ");
    try { await navigator.clipboard.writeText(text); } catch {
      const r = document.createRange(); r.selectNodeContents(from);
      const s = getSelection(); s.removeAllRanges(); s.addRange(r);
      say("Selected: copy it with the keys of your system"); return;
    }
    const was = button.textContent;
    button.textContent = "Copied";
    say("Copied: " + text);
    setTimeout(() => { button.textContent = was; }, 1500);
  };

  // --- keys -----------------------------------------------------------------
  const keys = /* keys */ [];
  const rows = () => $$(".main .row, .main .qs > li, .main .tb tbody tr, .main .list > li").filter((x) => x.offsetParent);
  let row = -1;
  const go = (n) => {
    const all = rows();
    if (!all.length) return;
    row = Math.max(0, Math.min(all.length - 1, row + n));
    const a = $("h3 a, a:not(.ev), a", all[row]) || all[row];
    if (!a.hasAttribute("href")) a.tabIndex = -1;
    a.focus();
    all[row].scrollIntoView({ block: "nearest" });
  };
  let card = -1;
  const sentence = (n) => {
    const all = $$("[data-card]");
    if (!all.length) return;
    card = (card + n + all.length) % all.length;
    all.forEach((x, i) => x.classList.toggle("cur", i === card));
    all[card].tabIndex = -1;
    all[card].focus();
    all[card].scrollIntoView({ block: "nearest" });
  };
  const follow = (sel) => { const a = $(sel); if (a) location.href = a.href; };
  const acts = {
    search() { const q = $("#q"); q.focus(); q.select(); },
    go(k) {
      const u = new URL(k.href, location.href), as = new URL(location.href).searchParams.get("as_of");
      if (as) u.searchParams.set("as_of", as);
      location.href = u;
    },
    next() { go(1); },
    previous() { go(-1); },
    open() { return false; }, // the focused link does it
    "sentence-next"() { sentence(1); },
    "sentence-previous"() { sentence(-1); },
    decide(k) {
      const b = $(`[data-key="${k.keys[0]}"]`), why = $("[name=why]");
      if (!b) return false;
      if (b.value === "note" && why && !why.value) why.focus(); else b.click();
    },
    evidence() {
      const field = $("[data-item] [name=value], [data-item] [name=other]");
      if (field) { field.focus(); return; }
      const rail = $("#evidence");
      if (rail && !rail.contains(document.activeElement)) { opener = document.activeElement === document.body ? opener : document.activeElement; rail.focus(); } else if (opener) opener.focus();
    },
    copy() { const b = $("[data-do=copy]"); if (b) copy(b); },
    pin() { const p = $("#pin"); if (p) { history.replaceState(null, "", p.href + location.hash); say("The address now names this version"); } },
    earlier() { follow("a[rel=prev]"); },
    later() { follow("a[rel=next]"); },
    disputed() { const u = new URL(location.href); if (u.searchParams.has("disputed")) u.searchParams.delete("disputed"); else u.searchParams.set("disputed", "1"); location.href = u; },
    close() {
      const d = $("details[open]");
      if (d) { d.open = false; $("summary", d).focus(); } else if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
    },
    print() { print(); },
    keys(_, b) { const off = store.get("keys") !== "off"; store.set("keys", off ? "off" : "on"); b.setAttribute("aria-pressed", off); say(off ? "Single keys are off" : "Single keys are on"); },
  };
  $$("[data-do=keys]").forEach((b) => b.setAttribute("aria-pressed", store.get("keys") === "off"));
  document.addEventListener("click", (e) => {
    const b = e.target.closest("[data-do]");
    if (!b) return;
    if (b.dataset.do === "copy") copy(b); else if (acts[b.dataset.do]) acts[b.dataset.do](null, b);
  });
  let first = "", at = 0;
  document.addEventListener("keydown", (e) => {
    if (e.metaKey || e.ctrlKey || e.altKey) return;
    const typing = e.target.closest("input,textarea,select,[contenteditable]");
    if (typing && e.key !== "Escape") return;
    if (store.get("keys") === "off" && e.key !== "Escape") return;
    const two = first && Date.now() - at < 1500 ? first + " " + e.key : "";
    const k = keys.find((x) => two && x.keys.join(" ") === two) || keys.find((x) => x.keys.length === 1 && x.keys[0] === e.key);
    first = keys.some((x) => x.keys.length > 1 && x.keys[0] === e.key) && !two ? e.key : "";
    at = Date.now();
    if (!k || !acts[k.do]) return;
    if (acts[k.do](k) !== false) e.preventDefault();
  });

  // Arrow keys move between the counts of the table of who says what.
  document.addEventListener("keydown", (e) => {
    const td = e.target.closest && e.target.closest(".mx td");
    if (!td || !/^Arrow/.test(e.key)) return;
    const tr = td.parentElement, body = tr.parentElement;
    const r = [...body.rows].indexOf(tr), c = [...tr.cells].indexOf(td);
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    for (let i = r + step[0], j = c + step[1]; body.rows[i] && body.rows[i].cells[j]; i += step[0], j += step[1]) {
      const a = $("a", body.rows[i].cells[j]);
      if (a) { a.focus(); e.preventDefault(); return; }
    }
  });

  // Times in the reader's own zone stand in the title of each.
  $$("time[datetime*=T]").forEach((t) => {
    const d = new Date(t.dateTime);
    if (!isNaN(d) && !t.title) t.title = d.toLocaleString();
  });

  // What's new remembers when it was last looked at.
  const since = $("[data-since]");
  if (since) {
    const last = store.get("seen");
    if (last && !/[?&]since=/.test(location.search)) {
      const a = $("[data-last]");
      if (a) { const u = new URL(location.href); u.searchParams.set("since", last); a.href = u; a.hidden = false; }
    }
    store.set("seen", since.dataset.since);
  }

  // A reading under way is asked after until it ends.
  const job = $("[data-job]");
  if (job && job.dataset.job !== "ended") setTimeout(() => location.reload(), 1000);
})();
