import { expect, test } from "vitest";
import { ProviderConfig } from "../../../src-main/contract/index.ts";
import type { StoredModel } from "../../../src-main/models/files.ts";
import { namedIn } from "../../../src-main/models/named.ts";

const file = (id: string, name: string) => ({ id, path: "", sha256: "", info: { name } }) as StoredModel;
const FILES = [file("model_1", "Qwen 7B"), file("model_2", "Twin"), file("model_3", "Twin")];
const PROVIDERS = [ProviderConfig.parse({ kind: "openai", id: "lan", model: "llama-70b", url: "http://gpu.lan" })];
const found = (name: string, loadedId?: string) => namedIn(name, FILES, PROVIDERS, { loadedId, mayReach: () => true });

test("a model is found by id or by name, in any letters", () => {
  expect(found("qwen 7b", "model_1")).toEqual({ kind: "file", id: "model_1", name: "Qwen 7B", isReady: true, provider: "embedded" });
  expect(found("MODEL_2")).toMatchObject({ id: "model_2", isReady: false });
  expect(found("llama-70b")).toMatchObject({ kind: "provider", id: "lan", provider: "lan", isReady: true });
});

test("one nobody knows, and a name that two have, are answered with those there are", () => {
  for (const name of ["gpt", "twin"]) expect(() => found(name)).toThrow(/There is: model_1 \(Qwen 7B\), model_2 \(Twin\), model_3 \(Twin\), lan \(llama-70b\)/);
  expect(() => namedIn("x", [], [], { loadedId: undefined, mayReach: () => true })).toThrow(/None is set up yet/);
});
