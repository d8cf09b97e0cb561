import { describe, expect, it } from "vitest";
import { isForEverybody } from "../../../src-main/central/identity/oidc.ts";
import { base32, codeAt, stepAt, stepOf } from "../../../src-main/central/identity/totp.ts";
import { weakness } from "../../../src-main/central/identity/password.ts";
import { formatTicket, newSecret, parseTicket, seal, unseal } from "../../../src-main/central/sealing.ts";

describe("codes of an authenticator", () => {
  const secret = Buffer.from("12345678901234567890");
  it("are those of RFC 6238, Appendix B", () => {
    expect([59, 1111111109, 1234567890, 2000000000].map((seconds) => codeAt(secret, stepAt(seconds * 1000)))).toEqual(["287082", "081804", "005924", "279037"]);
    expect(base32(Buffer.from("foobar"))).toBe("MZXW6YTBOI");
  });
  it("hold one step to either side and never at or before the last that was taken", () => {
    const now = 1_700_000_000_000;
    const step = stepAt(now);
    for (const near of [-1, 0, 1]) expect(stepOf(secret, codeAt(secret, step + near), now, 0)).toBe(step + near);
    for (const far of [-2, 2]) expect(stepOf(secret, codeAt(secret, step + far), now, 0)).toBeUndefined();
    expect(stepOf(secret, codeAt(secret, step), now, step)).toBeUndefined();
    expect(stepOf(secret, "12345", now, 0)).toBeUndefined();
  });
});

describe("the rule for passwords", () => {
  const about = { email: "ada.lovelace@example.org", name: "Ada Lovelace" };
  it.each(["short", "aaaaaaaaaaaaaa", "Password123456", "qwertyuiop1234", "lovelace-is-great-1", "P4ssw0rd!P4ssw0rd!", "1234567890123"])("refuses %s", (password) => expect(weakness(password, about)).toBeTypeOf("string"));
  it.each(["vellum harbour 7 lanterns", "T7#kqz!mWp2vRx", "the kettle sings at noon"])("takes %s", (password) => expect(weakness(password, about)).toBeUndefined());
});

describe("what lies sealed", () => {
  it("opens in its own place and in no other", () => {
    const secret = Buffer.alloc(32, 1);
    const sealed = seal(secret, "totp a", Buffer.from("seed"));
    expect(unseal(secret, "totp a", sealed).toString()).toBe("seed");
    expect(() => unseal(secret, "totp b", sealed)).toThrow();
    expect(() => unseal(Buffer.alloc(32, 2), "totp a", sealed)).toThrow();
    sealed[14] = (sealed[14] ?? 0) ^ 1;
    expect(() => unseal(secret, "totp a", sealed)).toThrow();
  });
  it("has codes that carry their organisation and are read as nothing else", () => {
    const ticket = { orgId: "11111111-2222-4333-8444-555555555555", id: "99999999-8888-4777-8666-555555555555", secret: newSecret() };
    const text = formatTicket("enrol", ticket);
    expect(parseTicket("enrol", text)).toEqual(ticket);
    for (const wrong of [text.slice(1), `${text}x`, text.replace("enrol", "invite"), text.toUpperCase()]) expect(parseTicket("enrol", wrong)).toBeUndefined();
  });
});

it("a provider where anybody may have an account is told from one's own directory there", () => {
  for (const issuer of ["https://login.microsoftonline.com/common/v2.0", "https://LOGIN.microsoftonline.com/Organizations/v2.0", "https://login.microsoftonline.com:443/consumers", "https://accounts.google.com", "https://accounts.google.com/", "https://appleid.apple.com", "https://gitlab.com"]) expect(isForEverybody(issuer), issuer).toBe(true);
  for (const issuer of ["https://login.microsoftonline.com/7f9c24e8-3b12-4b8a-9a51-6a1f0c6d2e11/v2.0", "https://login.microsoftonline.com/house.example/v2.0", "https://accounts.google.com.house.example", "https://gitlab.house.example", "https://idp.example/common/v2.0"]) expect(isForEverybody(issuer), issuer).toBe(false);
});
