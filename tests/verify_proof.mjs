// A second verifier of proofs of a history, written from the specifications alone: C2SP tlog-proof,
// tlog-checkpoint and signed-note, RFC 6962, and docs/reference/history-format.md. Node's standard
// library, nothing else. Reads lines "KEY BASE64" and prints a line of JSON, or "refused", for each.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

const fail = (why) => { throw new Error(why); };
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  parts.forEach((part) => hash.update(part));
  return hash.digest();
};

function base64(text) {
  const octets = Buffer.from(text, "base64");
  return octets.toString("base64") === text ? octets : fail("base64");
}

function number(text) {
  return /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : fail("number");
}

// The one form of JSON: sorted keys, no blanks, ASCII.
function canonical(data) {
  if (Array.isArray(data)) return `[${data.map(canonical).join(",")}]`;
  if (data !== null && typeof data === "object") {
    const keys = Object.keys(data).sort();
    return `{${keys.map((key) => `${canonical(key)}:${canonical(data[key])}`).join(",")}}`;
  }
  if (typeof data === "number" && !Number.isSafeInteger(data)) fail("fraction");
  const escaped = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(data).replace(/[\u007f-\uffff]/g, (c) => (c === "\u007f" ? c : escaped(c)));
}

function json(text) {
  if (!/^[\x00-\x7f]*$/.test(text)) fail("not ASCII");
  const data = JSON.parse(text);
  return canonical(data) === text ? data : fail("not canonical");
}

function only(data, keys) {
  if (canonical(Object.keys(data).sort()) !== canonical(keys.split(" ").sort())) fail("keys");
  return data;
}

// RFC 9162 section 2.1.3.2
function included(leaf, index, size, path, root) {
  if (!(index < size)) return false;
  let at = BigInt(index), last = BigInt(size) - 1n, hash = leaf;
  for (const other of path) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      hash = sha256(Buffer.from([1]), other, hash);
      while (!(at & 1n) && at !== 0n) { at >>= 1n; last >>= 1n; }
    } else hash = sha256(Buffer.from([1]), hash, other);
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && hash.equals(root);
}

const leafHash = (...parts) => sha256(Buffer.from([0]), ...parts);

function hashes(octets) {
  if (octets.length % 32) fail("path");
  return Array.from({ length: octets.length / 32 }, (_, n) => octets.subarray(n * 32, n * 32 + 32));
}

// NAME+ID+KEY
function verifierKey(text) {
  const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? fail("key");
  const octets = base64(key);
  if (octets[0] !== 1 || octets.length !== 33) fail("kind of key");
  const own = sha256(Buffer.from(`${name}\n`), octets).subarray(0, 4);
  if (own.toString("hex") !== id) fail("id of key");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), octets.subarray(1)]);
  return { name, id: own, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

function checkpoint(octets, trusted) {
  const note = octets.toString("utf8");
  if (!Buffer.from(note, "utf8").equals(octets) || /[\x00-\x09\x0b-\x1f]/.test(note)) fail("note");
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) fail("note");
  const text = note.slice(0, at + 1);
  const signatures = note.slice(at + 2, -1).split("\n");
  const signers = new Set();
  for (const line of signatures) {
    const [, name, signature] = /^\u2014 ([^+\s]+) (\S+)$/.exec(line) ?? fail("signature line");
    const blob = base64(signature);
    const signer = trusted.find((one) => one.name === name && one.id.equals(blob.subarray(0, 4)));
    if (!signer || signers.has(signer) || blob.length !== 68) fail("signer");
    if (!verify(null, Buffer.from(text), signer.key, blob.subarray(4))) fail("signature");
    signers.add(signer);
  }
  const [origin, size, root, ...rest] = text.split("\n");
  if (rest.length !== 1 || rest[0] !== "" || !origin) fail("checkpoint");
  if (signatures.length === 0 || [...signers].some((one) => one.name !== origin)) fail("origin");
  const hash = base64(root);
  return hash.length === 32 ? { origin, size: number(size), root: hash } : fail("root");
}

function salted(data, root) {
  only(data, "text index way");
  const [, size, hash] = /^([0-9]+):([0-9a-f]{64})$/.exec(root) ?? fail("root");
  if (data.way.length < 16 || typeof data.text !== "string") fail("leaf");
  const leaf = leafHash(data.way.subarray(0, 16), Buffer.from(data.text, "latin1"));
  const path = hashes(data.way.subarray(16));
  if (!Number.isSafeInteger(data.index) || data.index < 0) fail("leaf");
  if (!included(leaf, data.index, number(size), path, Buffer.from(hash, "hex"))) fail("leaf");
  return json(data.text);
}

// What is added to a proof: a line of JSON, then octets in the sequence of the JSON.
function unpack(octets, path) {
  const end = octets.indexOf(10);
  if (end < 0) fail("extra");
  let at = end + 1;
  const take = (count) => {
    if (!Number.isSafeInteger(count) || count < 0 || at + count > octets.length) fail("octets");
    at += count;
    return octets.subarray(at - count, at);
  };
  const walk = (data) => {
    if (Array.isArray(data)) return data.map(walk);
    if (data === null || typeof data !== "object") return data;
    const found = {};
    for (const key of Object.keys(data).sort()) {
      if (["consistency", "object", "way"].includes(key)) found[key] = take(data[key]);
      else if (key === "path") {
        const own = hashes(take(data.path * 32)), shared = data.shared;
        if (!Number.isSafeInteger(shared) || shared < 0 || shared > path.length) fail("shared");
        // The one form: as many are left out as can be.
        if (own.length && shared < path.length && own.at(-1).equals(path.at(-1 - shared))) fail("shared");
        found.path = [...own, ...path.slice(path.length - shared)];
      } else if (key === "entry") {
        const text = canonical(data.entry);
        if (/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.test(text)) fail("digest");
        found.entry = text.replaceAll("#", () => take(32).toString("hex"));
      } else if (key !== "shared" || !("path" in data)) found[key] = walk(data[key]);
    }
    return found;
  };
  const found = walk(json(octets.subarray(0, end).toString("latin1")));
  return at === octets.length ? found : fail("octets left");
}

// RFC 9162 section 2.1.4.2
function consistent(old, size, oldRoot, root, path) {
  if (old === size) return path.length === 0 && oldRoot.equals(root);
  if (!(old > 0 && old < size)) return false;
  const rest = [...path];
  if (Number.isInteger(Math.log2(old))) rest.unshift(oldRoot);
  if (!rest.length) return false;
  let at = BigInt(old) - 1n, last = BigInt(size) - 1n;
  while (at & 1n) { at >>= 1n; last >>= 1n; }
  let before = rest[0], after = rest[0];
  for (const other of rest.slice(1)) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      before = sha256(Buffer.from([1]), other, before);
      after = sha256(Buffer.from([1]), other, after);
      while (!(at & 1n) && at !== 0n) { at >>= 1n; last >>= 1n; }
    } else after = sha256(Buffer.from([1]), after, other);
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && before.equals(oldRoot) && after.equals(root);
}

// What a witness was given, and answered; the answer itself is not judged here.
function witnessed(data, head, least) {
  only(data, "consistency entry object path");
  const stamp = entry(data.entry, json(data.entry).n, data.path, head, "timestamp");
  if (sha256(data.object).toString("hex") !== stamp.content) fail("object");
  const details = json(inflateSync(data.object.subarray(32)).toString("latin1"));
  base64(details.answer);
  const note = base64(details.checkpoint).toString("utf8");
  const [origin, size, root] = note.split("\n");
  const given = { size: number(size), root: base64(root) };
  if (origin !== head.origin || given.size !== stamp.size || given.size <= least) fail("witness");
  if (!consistent(given.size, head.size, given.root, head.root, hashes(data.consistency))) fail("witness");
  return given.size;
}

function entry(text, index, path, head, kind) {
  if (!included(leafHash(Buffer.from(text, "latin1")), index, head.size, path, head.root)) fail("log");
  const data = json(text);
  if (data.v !== 1 || data.n !== index || data.kind !== kind) fail("entry");
  return data;
}

function check(octets, trusted) {
  const at = octets.indexOf("\n\n");
  if (at < 0) fail("proof");
  const lines = octets.subarray(0, at).toString("latin1").split("\n");
  if (lines[0] !== "c2sp.org/tlog-proof@v1") fail("version");
  if (!lines[1].startsWith("extra ") || !lines[2].startsWith("index ")) fail("lines");
  const head = checkpoint(octets.subarray(at + 2), trusted);
  const path = lines.slice(3).map(base64);
  if (path.some((one) => one.length !== 32)) fail("path");
  const { witnessed: answer, rekeyed, ...extra } = unpack(base64(lines[1].slice(6)), path);
  only(extra, "v entry id target images member");
  if (extra.v !== 2) fail("version");
  const index = number(lines[2].slice(6));
  const order = entry(extra.entry, index, path, head, "order");
  const [field, id] = salted(extra.id, order.fields);
  const [kind, value, allow] = salted(extra.target, order.targets);
  if (field !== "id") fail("field");
  if (extra.images.length < 1 || extra.images.length > 2) fail("images");
  const images = extra.images.map((one) => {
    only(one, "entry path");
    return entry(one.entry, json(one.entry).n, one.path, head, "image");
  });
  if (images.length === 2 && images[1].before !== images[0].n) fail("images");
  const member = salted(extra.member, images[0].root);
  if (member[0] !== index) fail("member");
  if (rekeyed !== undefined) {
    only(rekeyed, "entry path");
    if ("signature" in entry(rekeyed.entry, json(rekeyed.entry).n, rekeyed.path, head, "key")) fail("key");
  }
  const stamped = answer === undefined ? 0 : witnessed(answer, head, Math.max(index, images[0].n));
  return { origin: head.origin, id, target: [kind, value, allow], entry: index, image: images[0].n, stamped };
}

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [key, proof] = line.split(" ");
  let said = "refused";
  try {
    said = JSON.stringify(check(Buffer.from(proof, "base64"), [verifierKey(key)]));
  } catch { /* refused, for whatever reason */ }
  console.log(said);
}
