// Hands a picture in by pieces: each is sealed as it arrives. After a break it goes on where it stopped.
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const words = {};
  for (const one of form.querySelector("[data-words]").content.querySelectorAll("[data-word]")) words[one.dataset.word] = one.textContent;
  const say = form.querySelector(".upload-say");
  const bad = form.querySelector(".upload-bad");
  const box = form.querySelector(".upload-bar");
  const bar = box.querySelector("progress");
  const count = box.querySelector("span");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const megabytes = (n) => (n / 1048576).toFixed(1);

  const advice = say.textContent;
  const fail = (sentence) => {
    say.textContent = advice;
    bad.textContent = sentence || words.stopped;
    bad.hidden = false;
    box.hidden = true;
  };
  const show = (there, size) => {
    box.hidden = false;
    bar.value = size ? Math.round((100 * there) / size) : 0;
    count.textContent = `${megabytes(there)} / ${megabytes(size)} MB`;
  };
  const ask = async (url, body, type) => {
    const headers = { "X-CSRFToken": token };
    if (type) headers["Content-Type"] = type;
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
    const said = await answer.json().catch(() => ({}));
    if (answer.status >= 500) throw new TypeError("server");
    return { ok: answer.ok, gap: said.code === "vault.upload-gap", said };
  };
  // Told by its SHA-256, the same file goes on where it stopped; without a secure context every upload begins anew.
  const digest = async (file) => {
    if (!window.crypto?.subtle) return "";
    const sum = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const begin = async (file, sha256) => {
    const body = new URLSearchParams({ size: String(file.size), sha256 });
    return ask(form.dataset.begin, body, "application/x-www-form-urlencoded");
  };

  const place = (material, what) => form.dataset.begin.replace("begin/", `${material}/${what}/`);

  const send = async (file) => {
    bad.hidden = true;
    if (!file.size) return fail(words.empty);
    if (file.size > Number(form.dataset.largest)) return fail(words.large);
    say.textContent = words.sending;
    const sha256 = await digest(file).catch(() => "");
    if (!sha256) words.stopped = words.anew;
    let tries = 0;
    let at = null;
    while (tries < 8) {
      try {
        if (at === null) {
          const begun = await begin(file, sha256);
          if (!begun.ok) return fail(begun.said.sentence);
          at = begun.said;
        }
        show(at.received, file.size);
        const piece = file.slice(at.received, at.received + Number(form.dataset.piece));
        const answer = await ask(place(at.material, at.received), piece, "application/octet-stream");
        if (answer.gap) throw new TypeError("gap");
        if (!answer.ok) {
          await ask(place(at.material, "drop"), "", "").catch(() => undefined); // what is refused does not stay
          return fail(answer.said.sentence);
        }
        tries = 0;
        bad.hidden = true;
        at = answer.said;
        if (at.received >= file.size) {
          show(file.size, file.size);
          say.textContent = words.done;
          await wait(600);
          window.location.assign(form.dataset.home);
          return undefined;
        }
      } catch (error) {
        tries += 1;
        if (sha256) at = null; // ask anew how much is there; what comes twice is passed over
        bad.textContent = words.broken;
        bad.hidden = false;
        await wait(Math.min(500 * 2 ** tries, 8000));
      }
    }
    return fail(words.stopped);
  };

  for (const input of form.querySelectorAll("[data-file]")) {
    input.addEventListener("change", () => {
      const [file] = input.files;
      if (file) send(file);
      input.value = "";
    });
  }
})();
