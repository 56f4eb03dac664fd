// A statement made and checked with nothing but Node's own `crypto`: what a foreign back office
// would write from docs/formats.md. Input and output are JSON on stdin and stdout.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const b64u = (data) => Buffer.from(data).toString("base64url");
const digest = (text) => createHash("sha256").update(text, "ascii").digest("base64url");
// An EC signature in JOSE is r and s side by side (RFC 7518 section 3.4), not DER.
const options = (key) => ({ key, dsaEncoding: "ieee-p1363" });
const hash = (alg) => (alg === "ES256" ? "sha256" : null);

function make({ jwk, kid, alg, payload, claims }) {
  const disclosures = Object.entries(claims).map(([name, value]) =>
    b64u(JSON.stringify([b64u(randomBytes(16)), name, value])),
  );
  const header = { typ: "shield+sd-jwt", alg, kid };
  const signed = { ...payload, _sd: disclosures.map(digest).sort(), _sd_alg: "sha-256" };
  const input = `${b64u(JSON.stringify(header))}.${b64u(JSON.stringify(signed))}`;
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const signature = sign(hash(alg), Buffer.from(input), options(key)).toString("base64url");
  return `${input}.${signature}~${disclosures.map((each) => `${each}~`).join("")}`;
}

function check({ jwk, statement }) {
  const [jwt, ...rest] = statement.split("~");
  const disclosures = rest.slice(0, -1);
  const [header, payload, signature] = jwt.split(".");
  const { alg } = JSON.parse(Buffer.from(header, "base64url"));
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const input = Buffer.from(`${header}.${payload}`);
  if (!verify(hash(alg), input, options(key), Buffer.from(signature, "base64url"))) {
    throw new Error("bad signature");
  }
  const { _sd } = JSON.parse(Buffer.from(payload, "base64url"));
  const claims = {};
  for (const disclosure of disclosures) {
    if (!_sd.includes(digest(disclosure))) throw new Error("not committed to");
    const [, name, value] = JSON.parse(Buffer.from(disclosure, "base64url"));
    claims[name] = value;
  }
  return claims;
}

const input = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(process.argv[2] === "make" ? make(input) : check(input)));
