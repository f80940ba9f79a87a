// Takes a folder of scans in: says which files it has, sends what is wanted by pieces, goes on after a break.
(() => {
  const form = document.querySelector("[data-folder]");
  if (!form) return;
  const words = {};
  for (const one of form.querySelector("[data-words]").content.querySelectorAll("[data-word]")) words[one.dataset.word] = one.textContent;
  const bad = form.querySelector(".folder-bad");
  const busy = form.querySelector(".folder-busy");
  const bar = busy.querySelector("progress");
  const status = busy.querySelector("[role=status]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const chinese = document.documentElement.lang.startsWith("zh");
  const most = 8;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const fill = (sentence, done, all) => sentence.replace("{done}", done).replace("{all}", all);

  class Refused extends Error {}
  const complain = (sentence) => {
    bad.textContent = sentence;
    bad.hidden = !sentence;
  };
  const tell = (sentence, done, all) => {
    busy.hidden = false;
    status.textContent = fill(sentence, done, all);
    bar.value = all ? Math.round((100 * done) / all) : 0;
  };
  const once = async (method, url, body, type) => {
    const headers = { "X-CSRFToken": token, ...(type ? { "Content-Type": type } : {}) };
    const answer = await fetch(url, { method, body, headers, credentials: "same-origin" });
    if (answer.status >= 500) throw new TypeError("server");
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused((chinese ? said.title_zh : said.title) || words.stopped);
    return said;
  };
  // After a break the same request is sent again: what has arrived is passed over.
  const ask = async (...request) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const said = await once(...request);
        complain("");
        return said;
      } catch (error) {
        if (error instanceof Refused) throw error;
        if (tries === most) throw new Refused(words.stopped);
        complain(words.broken);
        await wait(Math.min(500 * 2 ** tries, 8000));
      }
    }
  };

  const digest = async (file) => {
    if (!window.crypto?.subtle || file.size > Number(form.dataset.largest)) return "";
    const sum = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const send = async (base, want, file) => {
    let at = want.received;
    while (at < file.size) {
      const piece = file.slice(at, at + Number(form.dataset.piece));
      const sent = await ask("PUT", `${base}/files/${want.number}/bytes/${at}`, piece, "application/octet-stream");
      if (sent.state !== "waiting") return;
      at = sent.received;
    }
  };

  const take = async (name, found) => {
    complain(window.crypto?.subtle ? "" : words.anew);
    if (!found.length) return complain(words.none);
    const depth = ({ path }) => path.split("/").length; // of two equal files the outer one is kept
    found.sort((one, other) => depth(one) - depth(other) || (one.path < other.path ? -1 : 1));
    form.classList.add("is-busy");
    try {
      const told = [];
      for (const { path, file } of found) {
        tell(words.reading, told.length, found.length);
        told.push({ path, size: file.size, sha256: await digest(file) });
      }
      const place = name || told.map((one) => one.sha256 || one.path).join(" ").slice(0, 4000);
      const body = JSON.stringify({ name: name || found[0].path, place: `browser:${place}`, files: told });
      const opened = await ask("POST", form.dataset.open, body, "application/json");
      const base = `${form.dataset.open}/${opened.id}`;
      const byPath = new Map(found.map(({ path, file }) => [path.slice(-240), file]));
      let done = 0;
      for (const want of opened.wants) {
        tell(words.sending, done, opened.wants.length);
        await send(base, want, byPath.get(want.path));
        done += 1;
      }
      tell(words.proposing, done, done);
      await ask("POST", `${base}:check`);
      window.location.assign(`${form.dataset.plan}${opened.id}/`);
    } catch (error) {
      busy.hidden = true;
      complain(error instanceof Refused ? error.message : words.stopped);
    }
    form.classList.remove("is-busy");
    return undefined;
  };

  const inside = (files) => {
    const found = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    const [top] = found.length ? found[0].path.split("/") : [""];
    return found.some(({ path }) => !path.includes("/")) ? ["", found] : [top, found.map(({ path, file }) => ({ path: path.slice(top.length + 1), file }))];
  };
  const entries = async (entry, path) => {
    if (entry.isFile) return [{ path: path + entry.name, file: await new Promise((done, fail) => { entry.file(done, fail); }) }];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => { reader.readEntries(done, fail); });
      if (!some.length) return found;
      for (const one of some) found.push(...await entries(one, `${path}${entry.name}/`));
    }
  };

  for (const input of form.querySelectorAll("[data-files]")) {
    input.addEventListener("change", () => {
      const [name, found] = inside(input.files);
      input.value = "";
      take(name, found);
    });
  }
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      event.stopPropagation();
      form.classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind !== "drop") return;
      const roots = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const single = roots.length === 1 && roots[0].isDirectory ? roots[0].name : "";
      Promise.all(roots.map((root) => entries(root, ""))).then((lists) => {
        const found = lists.flat();
        return take(single, single ? found.map(({ path, file }) => ({ path: path.slice(single.length + 1), file })) : found);
      }).catch(() => complain(words.none));
    });
  }
})();
