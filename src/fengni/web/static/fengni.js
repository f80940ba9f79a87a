/* What the screens do beyond HTML: clear values that run out, copying that is forgotten, keys, uploads, dialogs.
   Rules: no eval, no inline code, no storage of values; a clear value leaves the document after its seconds, when the tab
   is hidden, on navigation, and when another one is shown. Without this file every page can still be read. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const words = () => $("#words")?.dataset ?? {};
  const say = (key, n) => (words()[key] ?? "").replace("{n}", String(n ?? ""));

  const announce = (text) => { const live = $("#announce"); if (live) live.textContent = text; };

  function toast(text) {
    const box = $("#toasts");
    if (!box || !text) return;
    const note = document.createElement("div");
    note.className = "toast";
    note.textContent = text;
    box.replaceChildren(note);
    setTimeout(() => note.remove(), 6000);
  }

  /* ---- clear values ---------------------------------------------------------------------------------------------- */
  const running = new Map(); // element -> {timer, until}

  function cover(element, quietly) {
    const state = running.get(element);
    if (state) clearInterval(state.timer);
    running.delete(element);
    if (!element.isConnected) return;
    const masked = $("template[data-masked]", element);
    const text = $("[data-clear-text]", element);
    if (text) text.textContent = "";
    const held = element.contains(document.activeElement);
    const replacement = masked ? masked.content.firstElementChild.cloneNode(true) : document.createElement("span");
    element.replaceWith(replacement);
    if (held) { replacement.tabIndex = -1; replacement.focus(); }
    if (!quietly) announce(say("covered"));
  }

  const coverAll = (quietly, except) => $$("[data-clear]").forEach((e) => { if (e !== except) cover(e, quietly); });

  function start(element) {
    if (running.has(element) || !element.isConnected) return; // a neighbour that started just now has covered it
    coverAll(true, element); // at most one clear value on a page
    const seconds = Math.min(30, Math.max(1, Number(element.dataset.seconds) || 30));
    const until = performance.now() + seconds * 1000;
    const left = $("[data-left]", element);
    const ring = $(".ring-run", element);
    const tick = () => {
      const rest = Math.ceil((until - performance.now()) / 1000);
      if (rest <= 0) { cover(element); return; }
      if (left) left.textContent = say("seconds", rest);
      if (ring) ring.style.strokeDashoffset = String(100 - (until - performance.now()) / (seconds * 10));
      element.classList.toggle("v-ending", rest <= 5);
    };
    running.set(element, { timer: setInterval(tick, 250), until });
    tick();
    announce(say("shown", seconds));
  }

  const startAll = () => $$("[data-clear]").forEach(start);

  function forget() { // hidden, left or put into the page cache: no clear value stays behind
    coverAll(true);
    forgetClipboard();
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) coverAll(true); });
  window.addEventListener("pagehide", forget);
  window.addEventListener("beforeunload", () => coverAll(true));
  window.addEventListener("pageshow", (event) => { if (event.persisted) coverAll(true); });
  document.addEventListener("freeze", () => coverAll(true));

  /* ---- copying ---------------------------------------------------------------------------------------------------- */
  let clipboardTimer = 0;

  function forgetClipboard() {
    if (!clipboardTimer) return;
    clearTimeout(clipboardTimer);
    clipboardTimer = 0;
    navigator.clipboard?.writeText("").then(() => announce(say("cleared")), () => {});
  }

  async function copy(text, clearAfter) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      toast(say("notCopied"));
      return;
    }
    if (clipboardTimer) { clearTimeout(clipboardTimer); clipboardTimer = 0; }
    if (clearAfter) {
      clipboardTimer = setTimeout(forgetClipboard, 30000);
      toast(say("copied"));
    }
  }

  /* a row of tabs that is wider than the phone shows the one the reader is at */
  const tab = $(".tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;

  /* ---- dialogs, drawer, menus --------------------------------------------------------------------------------------- */
  function open(id) {
    const dialog = document.getElementById(id);
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    dialog.showModal();
    focusIn(dialog);
  }

  function focusIn(dialog) {
    $("[autofocus], input:not([type=hidden], [type=radio], [type=checkbox]), button.btn", dialog)?.focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const opener = target.closest("[data-open]");
    if (opener) { opener.closest("details")?.removeAttribute("open"); open(opener.dataset.open); return; }
    if (target.closest("[data-close]")) { target.closest("dialog")?.close(); return; }
    if (target instanceof HTMLDialogElement && outside(target, event)) { target.close(); return; }
    if (target.closest("[data-cover]")) { cover(target.closest("[data-clear]")); return; }
    if (target.closest("[data-copy-clear]")) {
      const text = $("[data-clear-text]", target.closest("[data-clear]"));
      if (text) copy(text.textContent.trim(), true);
      return;
    }
    const copier = target.closest("[data-copy]");
    if (copier) { copy(copier.dataset.copy, false).then(() => copier.classList.add("done")); return; }
    if (target.closest("[data-dismiss]")) { target.closest(".toast, .notice")?.remove(); return; }
    if (target.closest("[data-back]")) { history.back(); return; }
    for (const menu of $$("details.me[open], details.purpose-menu[open], details.menu[open]")) if (!menu.contains(target)) menu.removeAttribute("open");
    openRow(event, target);
  });

  function outside(dialog, event) {
    const box = dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  }

  function openRow(event, target) {
    const row = target.closest("tr[data-href]");
    if (!row || target.closest("a, button, input, label, select, summary, .v-clear") || getSelection()?.toString()) return;
    const asks = $("a[data-drawer]", row);
    if (event.metaKey || event.ctrlKey) window.open(row.dataset.href, "_blank", "noopener");
    else if (asks) asks.click();
    else location.assign(row.dataset.href);
  }

  /* ---- keys: never while composing (pinyin), never in fields, never with a modifier ----------------------------------- */
  const OFF = "fengni.keys-off";
  const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const typing = (element) => element instanceof Element && element.closest("input, textarea, select, [contenteditable]");

  function move(step) {
    const tables = $$("table[data-keys]");
    const rows = tables.flatMap((t) => $$("tbody > tr", t)).filter((r) => r.offsetParent !== null && !r.classList.contains("t-group"));
    if (!rows.length) return;
    const at = rows.findIndex((r) => r === document.activeElement || r.contains(document.activeElement));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.key === "Escape" && !$("dialog[open]")) {
      coverAll(false);
      $$("details.me[open], details.purpose-menu[open], details.menu[open]").forEach((d) => d.removeAttribute("open"));
      if (document.activeElement?.id === "search") document.activeElement.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]") || keysOff()) return;
    if (event.key === "/") { const search = $("#search"); if (search) { event.preventDefault(); search.focus(); search.select(); } }
    else if (event.key === "?") { event.preventDefault(); open("help"); }
    else if (event.key === "j" || event.key === "k") { event.preventDefault(); move(event.key === "j" ? 1 : -1); }
    else if (event.key === "Enter" && event.target instanceof Element && event.target.matches("tr")) {
      const row = event.target;
      const link = row.dataset.href ?? $("a[href]", row)?.href;
      const asks = $("a[data-drawer]", row);
      if (asks) asks.click(); else if (link) location.assign(link); else $("button, a", row)?.focus();
    }
  });
  // Enter that ends a pinyin composition must not send the form (Safari reports it as an ordinary key after the end).
  let endedAt = 0;
  document.addEventListener("compositionend", () => { endedAt = performance.now(); }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && typing(event.target) && (composing(event) || performance.now() - endedAt < 40)) event.preventDefault();
  }, true);
  document.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.matches("[data-submit]")) { event.target.form.requestSubmit(); return; }
    if (event.target instanceof Element && event.target.matches("[data-keys-off]")) {
      try { localStorage.setItem(OFF, event.target.checked ? "1" : "0"); } catch { /* private mode: keys stay on */ }
    }
  });

  /* ---- upload: a form with a file works by itself; with script it shows progress and takes a drop ---------------------- */
  function complaint(box, input) {
    const file = input.files?.[0];
    if (!file) return say("none");
    if (file.size === 0) return say("empty");
    if (file.size > Number(box.dataset.maxMb) * 1048576) return say("tooBig", box.dataset.maxMb);
    const kinds = input.accept.split(",").map((s) => s.trim().toLowerCase()).filter((s) => s.startsWith("."));
    if (kinds.length && !kinds.some((k) => file.name.toLowerCase().endsWith(k))) return say("type", kinds.join(" "));
    return "";
  }

  function complain(box, text) {
    const place = $("[data-drop-error]", box);
    place.replaceChildren();
    if (!text) return;
    const line = document.createElement("span");
    line.className = "field-error";
    line.textContent = text;
    place.append(line);
  }

  function send(form, box) {
    const request = new XMLHttpRequest();
    const bar = $(".drop-busy progress", box);
    const status = $("[data-drop-words]", box);
    const stop = () => { delete box.dataset.busy; bar.value = 0; };
    box.dataset.busy = "1";
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (e) => {
      if (!e.lengthComputable) { bar.removeAttribute("value"); return; }
      bar.value = (100 * e.loaded) / e.total;
      status.textContent = e.loaded < e.total ? say("sending", Math.floor(bar.value)) : say("reading");
      if (e.loaded >= e.total) bar.removeAttribute("value");
    });
    request.addEventListener("error", () => { stop(); complain(box, say("broken")); });
    request.addEventListener("abort", stop);
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (request.status < 400) { location.assign(request.responseURL || form.action); return; }
      const told = $(".field-error, .error-box .state, main h1 + p", page)?.textContent.trim();
      stop();
      complain(box, told || say("broken"));
    });
    $("[data-drop-cancel]", box).onclick = () => request.abort();
    request.send(new FormData(form));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const box = form instanceof HTMLFormElement ? $("[data-drop]", form) : null;
    if (box) {
      event.preventDefault();
      const text = complaint(box, $("input[type=file]", box));
      complain(box, text);
      if (!text) send(form, box);
      return;
    }
    if (form instanceof HTMLFormElement && form.dataset.closes) document.getElementById(form.dataset.closes)?.close();
  });
  function pick(box) { // our own words instead of the browser's, which may speak another language
    const input = $("input[type=file]", box);
    const name = $("[data-pick-name]", box);
    const none = name.textContent;
    const show = () => { name.textContent = input.files?.[0]?.name ?? none; };
    $("[data-pick]", box).hidden = false;
    input.classList.add("sr");
    if (input.form) input.form.noValidate = true;
    input.addEventListener("change", () => { show(); complain(box, input.files?.length ? complaint(box, input) : ""); });
    show();
  }
  $$("[data-drop]").forEach(pick);

  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const box = event.target instanceof Element ? event.target.closest("[data-drop]") : null;
      if (!box) { if (kind === "dragover" || kind === "drop") event.preventDefault(); return; } // a missed drop must not open the file
      event.preventDefault();
      box.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop" && event.dataTransfer?.files.length) {
        const input = $("input[type=file]", box);
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change"));
      }
    });
  }

  /* ---- what htmx brings in ------------------------------------------------------------------------------------------------ */
  new MutationObserver(startAll).observe(document.documentElement, { childList: true, subtree: true });
  /* A dialog opens at once with grey lines and is filled when the answer is there; a refusal closes it and is said over the page. */
  let copyNext = ""; // a form that asks for a value to copy: what comes in goes to the clipboard at once, and is forgotten
  const FILLED = { "#drawer-body": "drawer", "#ask-body": "ask" };
  document.addEventListener("htmx:before:request", (event) => {
    copyNext = (event.target instanceof Element && event.target.closest("form[data-then-copy]")?.getAttribute("hx-target")) || "";
    const asker = event.target instanceof Element ? event.target.closest("a[hx-target]") : null;
    const dialog = document.getElementById(FILLED[asker?.getAttribute("hx-target")] ?? "");
    if (!dialog) return;
    const title = document.getElementById(`${dialog.id}-title`);
    if (title && asker.dataset.drawer) title.textContent = asker.dataset.drawer;
    $(asker.getAttribute("hx-target")).replaceChildren($("#loading").content.cloneNode(true));
    if (!dialog.open) dialog.showModal();
  });
  document.addEventListener("htmx:response:error", () => $$("dialog[open]:has(.loading)").forEach((dialog) => dialog.close()));
  document.addEventListener("htmx:after:swap", () => {
    const wanted = copyNext && $(`${copyNext} [data-clear-text]`);
    if (wanted) { copyNext = ""; copy(wanted.textContent.trim(), true); }
    const dialog = $("dialog[open]");
    if (dialog && document.activeElement === dialog) focusIn(dialog);
  });
  document.addEventListener("close", (event) => { // what a dialog was filled with goes when it closes
    if (event.target instanceof HTMLDialogElement) $$("#drawer-body, #ask-body", event.target).forEach((body) => body.replaceChildren());
  }, true);
  document.addEventListener("fengni:seen", () => document.getElementById("ask")?.close()); // the server says so after COMMIT
  /* ---- once, when the page is there ---------------------------------------------------------------------------------- */
  const invitation = $("[data-from-fragment]"); // a fragment reaches no server; the address bar forgets it at once
  if (invitation && location.hash.length > 1) {
    $("input", invitation).value = decodeURIComponent(location.hash.slice(1));
    invitation.hidden = true;
    history.replaceState(null, "", location.pathname);
  }
  $$('dialog[data-show="1"]').forEach((dialog) => open(dialog.id));
  document.addEventListener("allauth.error", (event) => { // the passkey script tells the console; people need a sentence
    event.preventDefault();
    $$("[data-passkey-error]").forEach((place) => { place.hidden = false; });
  });
  startAll();
  $('.rail-sub a[aria-current="page"]')?.scrollIntoView({ block: "nearest" }); // a low window has a rail that scrolls
  const toggle = $("[data-keys-off]");
  if (toggle) toggle.checked = keysOff();
})();
