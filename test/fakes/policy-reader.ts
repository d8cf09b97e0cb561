import { createPolicyReader, type PolicyReader, type PolicySet } from "../../src-main/policy/index.ts";
import { cedarEngine } from "../../src-main/shells/process/cedar.ts";

/** The real reader of policies; a text that was loaded once is not read again, since a loaded set never changes. */
const real = createPolicyReader({ engine: cedarEngine, edition: "test" });
const loaded = new Map<string, PolicySet>();

export const sharedPolicyReader: PolicyReader = {
  ...real,
  load(source, checkedBefore) {
    const key = `${source.schema}\0${source.text}`;
    const set = loaded.get(key) ?? real.load(source, checkedBefore);
    loaded.set(key, set);
    return set;
  },
};
