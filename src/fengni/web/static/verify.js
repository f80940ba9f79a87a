/* Checks a proof file of a ledger in the browser, offline: the same steps and verdicts as core/ledger/verifier.py.

   No network, no library, no storage: SHA-256, SHA-512 and Ed25519 are computed here, because browsers keep their own
   from pages that came over plain http or from a file. `fengniVerify.check(bytes, {key, held})` gives the report; below
   it is the page. Numbers of a file are BigInt, objects are Map: whatever is not exactly of the format is refused. */
(() => {
  "use strict";
  const STEPS = ["read", "key", "head", "entries", "person", "earlier", "held"];
  const LARGEST = 16 * 1024 * 1024, MOST = 2n ** 63n - 1n;
  const RECEIPT = "fengni/person-receipt/1";
  const KEYS_OF = new Map([
    ["fengni/entry-proof/1", "entry"], [RECEIPT, "person last entries"], ["fengni/checkpoint/1", ""],
    ["fengni/destruction-certificate/1", "statement destroyed issued"],
  ]);
  const ACTS = new Map([["destroyed", "disposals:disposal:run"], ["issued", "disposals:certificate:issue"]]);
  const BODY_KEYS = "v id tenant act actor at outcome purpose resource count clear fields facts reason";
  const PLAIN = /^[0-9A-Za-z._:-]{1,80}$/, ORIGIN = /^[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}$/;
  const SIZE = /^(?:0|[1-9][0-9]{0,18})$/, SIGNATURE = /^\u2014 ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})$/;
  const utf8 = new TextEncoder();

  class Refused extends Error { constructor(code, where = "") { super(code); this.code = code; this.where = where; } }
  const must = (holds, where) => { if (!holds) throw new Refused("malformed", where); };

  /* ---- hashes ---- */
  const rotate = (x, n) => (x >>> n) | (x << (32 - n));
  const primes = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (n, k) => { let low = 0n, high = n; while (low < high) { const mid = (low + high + 1n) / 2n; if (mid ** k <= n) low = mid; else high = mid - 1n; } return low; };
  const fraction = (p, k, bits) => root(BigInt(p) << (k * bits), k) & ((1n << bits) - 1n);
  const K256 = primes.slice(0, 64).map((p) => Number(fraction(p, 3n, 32n)) | 0);
  const H256 = primes.slice(0, 8).map((p) => Number(fraction(p, 2n, 32n)) | 0);
  const K512 = primes.map((p) => fraction(p, 3n, 64n)), H512 = primes.slice(0, 8).map((p) => fraction(p, 2n, 64n));

  function padded(data, block, length) {
    const size = Math.ceil((data.length + 1 + length) / block) * block, out = new Uint8Array(size);
    out.set(data);
    out[data.length] = 128;
    const view = new DataView(out.buffer);
    view.setUint32(size - 8, Math.floor(data.length / 0x20000000));
    view.setUint32(size - 4, (data.length << 3) >>> 0);
    return out;
  }

  function sha256(data) {
    const bytes = padded(data, 64, 8), view = new DataView(bytes.buffer), h = H256.slice(), w = new Int32Array(64);
    for (let at = 0; at < bytes.length; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = w[i - 15], b = w[i - 2];
        w[i] = (w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, x] = h;
      for (let i = 0; i < 64; i++) {
        const one = (x + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
        const two = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        x = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, x].forEach((value, i) => { h[i] = (h[i] + value) | 0; });
    }
    const out = new Uint8Array(32), written = new DataView(out.buffer);
    h.forEach((value, i) => written.setInt32(4 * i, value));
    return out;
  }

  function sha512(data) {
    const bytes = padded(data, 128, 16), view = new DataView(bytes.buffer), M = (1n << 64n) - 1n;
    const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M;
    const h = H512.slice(), w = new Array(80);
    for (let at = 0; at < bytes.length; at += 128) {
      for (let i = 0; i < 16; i++) w[i] = view.getBigUint64(at + 8 * i);
      for (let i = 16; i < 80; i++) {
        const a = w[i - 15], b = w[i - 2];
        w[i] = (w[i - 16] + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + w[i - 7] + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & M;
      }
      let [a, b, c, d, e, f, g, x] = h;
      for (let i = 0; i < 80; i++) {
        const one = (x + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ ((M ^ e) & g)) + K512[i] + w[i]) & M;
        const two = ((turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & M;
        x = g; g = f; f = e; e = (d + one) & M; d = c; c = b; b = a; a = (one + two) & M;
      }
      [a, b, c, d, e, f, g, x].forEach((value, i) => { h[i] = (h[i] + value) & M; });
    }
    const out = new Uint8Array(64), written = new DataView(out.buffer);
    h.forEach((value, i) => written.setBigUint64(8 * i, value));
    return out;
  }

  /* ---- bytes ---- */
  const join = (...parts) => { const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0)); let at = 0; for (const p of parts) { out.set(p, at); at += p.length; } return out; };
  const hexOf = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const number = (value, size) => fromHex(value.toString(16).padStart(2 * size, "0"));
  const little = (data) => { const turned = hexOf(Uint8Array.from(data).reverse()); return BigInt("0x" + (turned || "0")); };

  /* ---- Ed25519: [S]B = R + [k]A, canonical encodings only, no key of small order ---- */
  const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (x) => { const r = x % P; return r < 0n ? r + P : r; };
  const power = (base, exponent) => { let found = 1n, b = mod(base); for (let e = exponent; e > 0n; e >>= 1n) { if (e & 1n) found = mod(found * b); b = mod(b * b); } return found; };
  const inverse = (x) => power(x, P - 2n);
  const D = mod(-121665n * inverse(121666n)), ZERO = [0n, 1n, 1n, 0n];
  function point(data) {
    if (data.length !== 32) return null;
    const whole = little(data), y = whole & (2n ** 255n - 1n), sign = whole >> 255n;
    const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
    let x = power(square, (P + 3n) / 8n);
    if (mod(x * x - square)) x = mod(x * power(2n, (P - 1n) / 4n));
    if (y >= P || mod(x * x - square) || (x === 0n && sign)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, mod(x * y)];
  }
  function plus(p, q) {
    const a = mod((p[1] - p[0]) * (q[1] - q[0])), b = mod((p[1] + p[0]) * (q[1] + q[0]));
    const c = mod(2n * p[3] * q[3] * D), d = mod(2n * p[2] * q[2]);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }
  function times(scalar, p) {
    let found = ZERO;
    for (const bit of scalar.toString(2)) { found = plus(found, found); if (bit === "1") found = plus(found, p); }
    return found;
  }
  function encoded(p) {
    const inv = inverse(p[2]);
    return number(mod(p[1] * inv) | ((mod(p[0] * inv) & 1n) << 255n), 32).reverse();
  }
  const BASE = point(fromHex("58" + "66".repeat(31)));
  function isSigned(key, message, signature) {
    const opened = point(key), scalar = little(signature.slice(32));
    if (!opened || signature.length !== 64 || scalar >= L || same(encoded(times(8n, opened)), encoded(ZERO))) return false;
    const k = little(sha512(join(signature.slice(0, 32), key, message))) % L;
    const minus = [mod(-opened[0]), opened[1], 1n, mod(-opened[3])];
    return same(encoded(plus(times(scalar, BASE), times(k, minus))), signature.slice(0, 32));
  }

  /* ---- JSON: no twins, no fractions, whole numbers of at most nineteen digits ---- */
  function parse(text) {
    let at = 0;
    const stop = () => { throw new Refused("unreadable"); };
    const blank = () => { while (at < text.length && " \t\n\r".includes(text[at])) at++; };
    const word = (letters, value) => { if (!text.startsWith(letters, at)) stop(); at += letters.length; return value; };
    function string() {
      let out = "", from = ++at;
      for (;;) {
        const c = text[at];
        if (c === undefined || c < " ") stop();
        if (c === '"') { out += text.slice(from, at++); return out; }
        if (c !== "\\") { at++; continue; }
        out += text.slice(from, at);
        const mark = text[at + 1], plain = '"\\/bfnrt'.indexOf(mark ?? " ");
        if (plain >= 0) { out += '"\\/\b\f\n\r\t'[plain]; at += 2; }
        else {
          const four = text.slice(at + 2, at + 6);
          if (mark !== "u" || !/^[0-9A-Fa-f]{4}$/.test(four)) stop();
          out += String.fromCharCode(parseInt(four, 16));
          at += 6;
        }
        from = at;
      }
    }
    function value(depth) {
      if (depth > 200) stop();
      blank();
      const c = text[at];
      if (c === "{") {
        const found = new Map();
        at++; blank();
        if (text[at] === "}") { at++; return found; }
        for (;;) {
          blank();
          if (text[at] !== '"') stop();
          const key = string();
          blank();
          if (text[at++] !== ":" || found.has(key)) stop();
          found.set(key, value(depth + 1));
          blank();
          const next = text[at++];
          if (next === "}") return found;
          if (next !== ",") stop();
        }
      }
      if (c === "[") {
        const found = [];
        at++; blank();
        if (text[at] === "]") { at++; return found; }
        for (;;) {
          found.push(value(depth + 1));
          blank();
          const next = text[at++];
          if (next === "]") return found;
          if (next !== ",") stop();
        }
      }
      if (c === '"') return string();
      if (c === "t") return word("true", true);
      if (c === "f") return word("false", false);
      if (c === "n") return word("null", null);
      const rest = /^-?(?:0|[1-9][0-9]*)/.exec(text.slice(at, at + 40));
      if (!rest || rest[0].length > 19 || /^[.eE]/.test(text.slice(at + rest[0].length))) stop();
      at += rest[0].length;
      return BigInt(rest[0]);
    }
    const found = value(0);
    blank();
    if (at !== text.length) stop();
    return found;
  }

  const object = (value, keys, where) => {
    const wanted = keys.split(" ").filter(Boolean);
    must(value instanceof Map && value.size === wanted.length && wanted.every((key) => value.has(key)), where);
    return value;
  };
  const textOf = (value, where) => { must(typeof value === "string" && (value.length <= 65536 || [...value].length <= 65536), where); return value; };
  const integer = (value, low, high, where) => { must(typeof value === "bigint" && low <= value && value <= high, where); return value; };
  const hex = (value, size, where) => { must(new RegExp(`^[0-9a-f]{${2 * size}}$`).test(textOf(value, where)), where); return fromHex(value); };
  const hashes = (value, where) => { must(Array.isArray(value) && value.length <= 64, where); return value.map((one) => hex(one, 32, where)); };

  function isPlain(value, depth) {
    if (typeof value === "string") return PLAIN.test(value);
    if (Array.isArray(value)) return depth > 0 && value.every((one) => isPlain(one, depth - 1));
    if (value instanceof Map) return depth > 0 && [...value.keys(), ...value.values()].every((one) => isPlain(one, depth - 1));
    return value === null || typeof value === "bigint" || typeof value === "boolean";
  }
  const isCodes = (value) => Array.isArray(value) && value.every((one, i) => typeof one === "string" && PLAIN.test(one) && (i === 0 || value[i - 1] < one));
  function canonical(value) {
    if (value instanceof Map) return `{${[...value.keys()].sort().map((key) => `${JSON.stringify(key)}:${canonical(value.get(key))}`).join(",")}}`;
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  }
  const deepSame = (a, b) => a !== undefined && b !== undefined && canonical(a) === canonical(b);

  function read(data) {
    if (data.length > LARGEST) throw new Refused("unreadable");
    let text;
    try { text = new TextDecoder("utf-8", { fatal: true }).decode(data); } catch { throw new Refused("unreadable"); }
    const file = parse(text);
    const kind = file instanceof Map ? file.get("format") : null;
    if (typeof kind !== "string" || !KEYS_OF.has(kind)) throw new Refused("format");
    return object(file, `format public_key checkpoint earlier ${KEYS_OF.get(kind)}`, "");
  }

  function body(value, where) {
    const found = object(value, BODY_KEYS, where);
    must((found.get("v") === 1n || found.get("v") === true) && isPlain(found, 3) && isCodes(found.get("fields")), where);
    must(["act", "at", "outcome", "tenant"].every((name) => typeof found.get(name) === "string"), where);
    for (const name of ["v", "count", "clear"]) integer(found.get(name), 0n, 10n ** 9n, where);
    return found;
  }

  /* ---- note, tree ---- */
  const base32 = (data) => {
    let bits = "";
    for (const byte of data) bits += byte.toString(2).padStart(8, "0");
    return (bits.match(/.{1,5}/g) || []).map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five.padEnd(5, "0"), 2)]).join("");
  };
  const keyHash = (origin, key) => sha256(join(utf8.encode(`${origin}\n`), Uint8Array.of(1), key));
  const fingerprint = (origin, key) => base32(keyHash(origin, key)).match(/.{1,4}/g).join("-");
  function normal(typed) {
    const plain = typed.slice(0, 1000).normalize("NFKC").toUpperCase().replace(/[018]/g, (c) => ({ 0: "O", 1: "I", 8: "B" })[c]);
    const letters = plain.replace(/[\s\u2010-\u2015\u2212:_-]/g, "");
    return /^[A-Z2-7]{52}$/.test(letters) ? letters : null;
  }
  function base64(text) {
    try { const plain = atob(text); return btoa(plain) === text ? Uint8Array.from(plain, (c) => c.charCodeAt(0)) : new Uint8Array(); } catch { return new Uint8Array(); }
  }
  function openNote(note, key, where) {
    const cut = note.lastIndexOf("\n\n"), text = cut < 0 ? "" : note.slice(0, cut), lines = cut < 0 ? note : note.slice(cut + 2);
    const parts = text.split("\n"), [origin, size, rootText] = parts;
    must(lines.endsWith("\n") && parts.length === 3 && ORIGIN.test(origin) && SIZE.test(size), where);
    const head = { origin, size: BigInt(size), root: base64(rootText) };
    must(head.size <= MOST && head.root.length === 32 && (head.size || same(head.root, sha256(new Uint8Array()))), where);
    const id = keyHash(origin, key).slice(0, 4), ours = [];
    for (const line of lines.slice(0, -1).split("\n")) {
      const match = SIGNATURE.exec(line), signature = match ? base64(match[2]) : new Uint8Array();
      must(signature.length > 4, where);
      if (match[1] === origin && same(signature.slice(0, 4), id)) ours.push(signature.slice(4));
    }
    if (!ours.length || !ours.slice(0, 16).every((one) => isSigned(key, utf8.encode(`${text}\n`), one))) throw new Refused("signature", where);
    return head;
  }
  const node = (left, right) => sha256(join(Uint8Array.of(1), left, right));
  function climb(place, last, start, path) {
    let old = start, now = start;
    for (const sibling of path) {
      if (last === 0n) return null;
      if (place & 1n || place === last) {
        old = node(sibling, old); now = node(sibling, now);
        while (place && !(place & 1n)) { place >>= 1n; last >>= 1n; }
      } else now = node(now, sibling);
      place >>= 1n; last >>= 1n;
    }
    return last === 0n ? [old, now] : null;
  }
  function isIncluded(index, size, leaf, path, rootHash) {
    const found = index >= 0n && index < size ? climb(index, size - 1n, leaf, path) : null;
    return found !== null && same(found[1], rootHash);
  }
  function isConsistent(old, now, oldRoot, newRoot, path) {
    if (old <= 0n || old > now) return false;
    if (old === now) return path.length === 0 && same(oldRoot, newRoot);
    const steps = old & (old - 1n) ? path : [oldRoot, ...path];
    let place = old - 1n, last = now - 1n;
    while (place & 1n) { place >>= 1n; last >>= 1n; }
    const found = steps.length > 1 ? climb(place, last, steps[0], steps.slice(1)) : null;
    return found !== null && same(found[0], oldRoot) && same(found[1], newRoot);
  }

  /* ---- the steps ---- */
  function checkLeaf(entry, subjects, head, where) {
    const sequence = integer(entry.get("sequence"), 0n, MOST, where), told = body(entry.get("body"), where);
    const leaf = sha256(join(Uint8Array.of(0), utf8.encode("fengni-entry/1\n"), number(sequence, 8), subjects, utf8.encode(canonical(told))));
    if (!isIncluded(sequence, head.size, leaf, hashes(entry.get("path"), where), head.root)) throw new Refused("inclusion", where);
  }
  function subjectsRoot(entry, person, where) {
    const told = body(entry.get("body"), where), seen = object(entry.get("seen"), "fields clear", where);
    must(isCodes(seen.get("fields")) && seen.get("fields").every((kind) => told.get("fields").includes(kind)), where);
    integer(seen.get("clear"), 0n, told.get("clear"), where);
    const opened = utf8.encode(canonical(seen)), own = integer(entry.get("number"), 1n, MOST, where);
    let found = sha256(join(Uint8Array.of(2), hex(entry.get("salt"), 16, where), person, number(own, 8), number(BigInt(opened.length), 2), opened));
    const persons = told.get("count");
    const position = integer(entry.get("position"), 0n, persons - 1n, where), path = hashes(entry.get("subject_path"), where);
    must(path.length === (persons > 1n ? (persons - 1n).toString(2).length : 0), where);
    path.forEach((sibling, up) => { found = sha256((position >> BigInt(up)) & 1n ? join(Uint8Array.of(3), sibling, found) : join(Uint8Array.of(3), found, sibling)); });
    return found;
  }
  function checkStated(stated, name, told) {
    must(stated instanceof Map && isPlain(stated, 3) && Array.isArray(stated.get("units")), "statement");
    const facts = told.get("facts"), about = told.get("resource");
    must(facts instanceof Map, name);
    const commits = hexOf(sha256(utf8.encode(canonical(name === "issued" ? stated : stated.get("units")))));
    const isAbout = about instanceof Map && about.size === 2 && about.get("kind") === "disposals:disposal" && deepSame(about.get("id"), stated.get("disposal") ?? null);
    const holds = told.get("act") === ACTS.get(name) && told.get("outcome") === "done" && isAbout;
    if (!holds || told.get("tenant") !== stated.get("tenant") || facts.get("commits") !== commits) throw new Refused("statement", name);
  }
  function checkEntries(file, head) {
    const proved = [];
    for (const name of ["entry", ...ACTS.keys()].filter((one) => file.has(one))) {
      const entry = object(file.get(name), "sequence subjects_root body path", name);
      checkLeaf(entry, hex(entry.get("subjects_root"), 32, `${name}.subjects_root`), head, name);
      if (ACTS.has(name)) checkStated(file.get("statement"), name, entry.get("body"));
      proved.push(entry);
    }
    if (file.get("format") === RECEIPT) {
      const person = hex(file.get("person"), 16, "person"), items = file.get("entries");
      must(Array.isArray(items), "entries");
      items.forEach((item, place) => {
        const where = `entries[${place}]`, entry = object(item, "number sequence salt seen position subject_path body path", where);
        checkLeaf(entry, subjectsRoot(entry, person, where), head, where);
        proved.push(entry);
      });
    }
    return proved;
  }
  function checkPerson(file, entries) {
    if (file.get("format") !== RECEIPT) return "";
    if (integer(file.get("last"), 0n, MOST, "last") !== BigInt(entries.length)) throw new Refused("gap", "last");
    entries.forEach((entry, place) => {
      const before = entries[Math.max(place - 1, 0)];
      if (entry.get("number") !== BigInt(place + 1)) throw new Refused("gap", `entries[${place}]`);
      if (entry.get("sequence") < before.get("sequence") || entry.get("body").get("tenant") !== before.get("body").get("tenant")) throw new Refused("order", `entries[${place}]`);
    });
    return file.get("person");
  }
  function checkEarlier(earlier, head, key) {
    if (earlier === null) return null;
    object(earlier, "checkpoint path", "earlier");
    const old = openNote(textOf(earlier.get("checkpoint"), "earlier"), key, "earlier"), path = hashes(earlier.get("path"), "earlier");
    if (old.origin !== head.origin || !isConsistent(old.size, head.size, old.root, head.root, path)) throw new Refused("consistency", "earlier");
    return old;
  }
  function checkHeld(held, head, earlier, key) {
    let mine;
    try {
      const start = held.find((byte) => ![9, 10, 11, 12, 13, 32].includes(byte));
      const note = start === 123 ? read(held).get("checkpoint") : new TextDecoder("utf-8", { ignoreBOM: true }).decode(held);
      mine = openNote(textOf(note, "held"), key, "held");
    } catch (error) {
      if (error instanceof Refused) return ["held-unusable", 0n];
      throw error;
    }
    for (const other of [head, earlier]) if (other && other.origin === mine.origin && other.size === mine.size) {
      if (!same(other.root, mine.root)) throw new Refused("held-differs");
      return ["", mine.size];
    }
    return ["held-unlinked", 0n];
  }

  function check(data, { key = null, held = null } = {}) {
    const pinned = key === null ? null : normal(key);
    if (key !== null && pinned === null) throw new RangeError("key");
    const steps = {}, found = { format: "", fingerprint: "", origin: "", size: 0n, root: "", person: "", entries: [], earlier: 0n, held: 0n };
    try {
      const file = read(data);
      const publicKey = hex(file.get("public_key"), 32, "public_key"), note = textOf(file.get("checkpoint"), "checkpoint");
      const origin = note.split("\n", 1)[0];
      must(ORIGIN.test(origin), "checkpoint");
      found.format = file.get("format"); steps.read = "ok";
      found.fingerprint = fingerprint(origin, publicKey);
      if (pinned !== null && pinned !== found.fingerprint.replaceAll("-", "")) throw new Refused("key");
      steps.key = pinned === null ? "absent" : "ok";
      const head = openNote(note, publicKey, "checkpoint");
      steps.head = "ok";
      const entries = checkEntries(file, head);
      steps.entries = entries.length ? "ok" : "absent";
      const person = checkPerson(file, entries);
      steps.person = person ? "ok" : "absent";
      const earlier = checkEarlier(file.get("earlier"), head, publicKey);
      steps.earlier = earlier ? "ok" : "absent";
      const [unlinked, heldSize] = held === null ? ["", 0n] : checkHeld(held, head, earlier, publicKey);
      steps.held = heldSize ? "ok" : "absent";
      const reason = pinned === null ? "no-key" : unlinked;
      if (reason) return { status: "insufficient", reason, where: "", steps, format: found.format, fingerprint: found.fingerprint };
      return { ...found, status: "verified", reason: "", where: "", steps, origin: head.origin, size: head.size, root: hexOf(head.root), person, entries, statement: file.get("statement") ?? null, earlier: earlier ? earlier.size : 0n, held: heldSize };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      steps[STEPS[Object.keys(steps).length]] = "failed";
      return { status: "failed", reason: error.code, where: error.where, steps, format: found.format, fingerprint: found.fingerprint };
    }
  }

  const SENTENCES = {
    "verified": ["核验通过：文件所载与账本一致，封存后没有改动。", "Verified: the file agrees with the ledger; nothing changed."],
    "failed": ["核验未通过。", "Verification failed."],
    "insufficient": ["依据不足，不能下结论。", "The evidence is insufficient for a verdict."],
    "unreadable": ["文件读不出，或不是这种格式的文字。", "The file cannot be read as text of this kind."],
    "format": ["不是本程序认识的证明文件。", "This is no proof file that this program knows."],
    "malformed": ["文件里有一处不合格式。", "One place in the file does not have its form."],
    "key": ["文件所用的公钥与您给出的指纹不符。", "The key in the file is not the one whose fingerprint you gave."],
    "signature": ["检查点的签名不成立。", "The signature of the checkpoint does not hold."],
    "inclusion": ["有一条条目不在账本里，或内容被改过。", "An entry is not in the ledger, or was altered."],
    "gap": ["条目的编号有缺口。", "The numbering of the entries has a gap."],
    "order": ["条目的次序或归属不对。", "The entries are out of order or of different ledgers."],
    "consistency": ["现在的账本不是从早先的检查点续写的。", "The ledger does not continue the earlier checkpoint."],
    "statement": ["证书所载与账本里的承诺不符。", "The certificate does not state what the ledger commits to."],
    "held-differs": ["您留存的检查点与此不同：账本出现了两个版本。", "Your held checkpoint differs: the ledger has two versions."],
    "no-key": ["没有给出指纹。请用 --key 给出协议上印的指纹。", "Give the fingerprint printed on your agreement with --key."],
    "held-unusable": ["您留存的文件用不上，请另选一份。", "The file you hold cannot be used; choose another."],
    "held-unlinked": ["此文件没有接上您留存的检查点，请索取接上的一份。", "Not linked to the head you hold; ask for one that is."],
    "limits": ["它不证明所有事情都已记入账本。", "It does not prove that everything was recorded."],
    "bad-key": ["这不是指纹：指纹有 52 个字母和数字。", "This is no fingerprint: it has 52 letters and digits."],
    "no-key-here": ["请填入协议上印的指纹。没有它就不能下结论。", "Enter the fingerprint from your agreement. Without it nothing can be concluded."],
  };
  globalThis.fengniVerify = Object.freeze({ check, sha256, sha512, hexOf });

  /* ---- the page ---- */
  const form = globalThis.document ? document.getElementById("verify") : null;
  if (!form) return;
  const english = document.documentElement.lang === "en", out = document.getElementById("verdict");
  const words = JSON.parse(form.dataset.words || "{}"), word = (code) => (Object.hasOwn(words, code) ? words[code] : code.replace(/^field\./, ""));
  const line = (body) => {
    const fields = body.get("fields").map((kind) => word(`field.${kind}`)).join(english ? ", " : "\u3001");
    const what = [word(body.get("act")), body.get("outcome") === "done" ? "" : word("cases.verify.refused"), fields, body.get("clear") ? word("cases.verify.clear") : ""];
    return `${body.get("at").slice(0, 16).replace("T", " ")}  ${what.filter(Boolean).join(" \u00b7 ")}`;
  };
  const said = (code) => (SENTENCES[code] || [code, code])[english ? 1 : 0];
  const element = (name, text, kind) => { const made = document.createElement(name); made.textContent = text; if (kind) made.className = kind; return made; };
  const bytesOf = async (input) => (input.files.length ? new Uint8Array(await input.files[0].arrayBuffer()) : null);
  function show(report) {
    out.replaceChildren();
    out.className = `verdict verdict-${report.status}`;
    out.append(element("h2", said(report.status)));
    if (report.reason) out.append(element("p", said(report.reason === "no-key" ? "no-key-here" : report.reason)));
    if (report.where) out.append(element("p", `@ ${report.where}`, "mono"));
    if (report.status === "verified") {
      out.append(element("p", `${report.origin} \u00b7 ${report.size}`, "mono"));
      const list = document.createElement("ol");
      list.className = "proved";
      for (const entry of report.entries.slice(0, 500)) list.append(element("li", line(entry.get("body"))));
      out.append(list);
    }
    if (report.fingerprint) out.append(element("p", report.fingerprint, "mono"));
    const steps = document.createElement("ul");
    steps.className = "steps";
    for (const step of STEPS) if (report.steps[step]) steps.append(element("li", word(`verify.${step}.${report.steps[step]}`), `step-${report.steps[step]}`));
    out.append(steps, element("p", said("limits"), "limits"));
    out.focus();
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = form.elements.key.value.trim(), data = await bytesOf(form.elements.file);
    if (!data) return;
    try {
      show(check(data, { key: typed || null, held: await bytesOf(form.elements.held) }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      out.className = "verdict verdict-failed";
      out.replaceChildren(element("p", said("bad-key")));
      out.focus();
    }
  });
})();
