import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../../src-main/store/index.ts";
import { operator, workplace } from "./harness.ts";

it("an index of an older SENA, in which logins did not say how they went, is built again: a wrong passphrase is found, and forgotten, as what it was", async () => {
  using place = workplace();
  const failed = { results: ["failed"] };
  const seq = await (async () => {
    await using ledger = await place.open();
    const wrong = await ledger.append({ type: "login", actor: operator, fields: { act: "unlock", result: "wrong-passphrase" } });
    await ledger.search.catchUp();
    expect((await ledger.search.find(failed, Number.MAX_SAFE_INTEGER, 10)).seqs).toEqual([wrong.seq]);
    return wrong.seq;
  })();
  {
    using index = openStore({ path: join(place.dir, "ledger-index.db") });
    index.raw.exec(`DELETE FROM migrations WHERE n > 1; DELETE FROM tallies WHERE kind = 'result'; INSERT INTO words (words) VALUES ('delete-all'); INSERT INTO words (rowid, text, tags) VALUES (${seq}, 'unlock wrong-passphrase', 't${Buffer.from("login").toString("hex")}')`);
  }
  await using ledger = await place.open();
  expect((await ledger.search.find(failed, Number.MAX_SAFE_INTEGER, 10)).seqs).toEqual([seq]);
  expect(ledger.search.facets().result).toEqual([{ value: "failed", n: 1 }]);
  ledger.keeping.erase({ kind: "subject", subject: "operator:op_ada" }, operator, "asked for");
  expect((await ledger.search.find(failed, Number.MAX_SAFE_INTEGER, 10)).seqs).toEqual([]);
});
