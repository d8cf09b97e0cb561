import type { KnowledgeFilter, KnowledgeSource } from "../../../src-main/contract/index.ts";
import { formatCount } from "../../lib/format.ts";
import { Select } from "../../ui/select.tsx";

/** What the toolbar holds; "" is "whatever". */
export type Narrowing = { readonly source: string; readonly product: string; readonly environment: "" | "dev" | "staging" | "prod"; readonly trust: "" | "signed" | "unsigned"; readonly since: "" | "30" | "365" | "1095" };
export const ANYTHING: Narrowing = { source: "", product: "", environment: "", trust: "", since: "" };

const DAY_MS = 86_400_000;
export const filterOf = ({ source, product, environment, trust, since }: Narrowing, now: number): KnowledgeFilter => ({
  ...(source === "" ? {} : { sources: [source] }),
  ...(product === "" ? {} : { product }),
  ...(environment === "" ? {} : { environment }),
  ...(trust === "" ? {} : { trust }),
  ...(since === "" ? {} : { fromMs: now - Number(since) * DAY_MS }),
});

type Props = { sources: readonly KnowledgeSource[]; value: Narrowing; onValue: (value: Narrowing) => void };

/** A filter stands here only where it would make a difference. */
export const Filters = ({ sources, value, onValue }: Props) => {
  const products = [...new Set(sources.map(({ product }) => product).filter((product) => product !== ""))].sort();
  const hasEnvironments = sources.some(({ environment }) => environment !== "");
  const hasTrust = sources.some(({ trust }) => trust === "signed");
  return (
    <>
      <Select label="Source" placeholder="Every source" value={value.source} onValue={(source) => onValue({ ...value, source })} choices={[{ value: "", text: "Every source" }, ...sources.map((source) => ({ value: source.id, text: source.name, note: formatCount(source.documents) }))]} />
      {products.length === 0 ? null : <Select label="Product" placeholder="Every product" value={value.product} onValue={(product) => onValue({ ...value, product })} choices={[{ value: "", text: "Every product" }, ...products.map((product) => ({ value: product, text: product }))]} />}
      {hasEnvironments ? <Select label="Environment" placeholder="Every environment" value={value.environment} onValue={(environment) => onValue({ ...value, environment })} choices={[{ value: "", text: "Every environment" }, { value: "prod", text: "prod" }, { value: "staging", text: "staging" }, { value: "dev", text: "dev" }]} /> : null}
      {hasTrust ? <Select label="Trust" placeholder="Signed or not" value={value.trust} onValue={(trust) => onValue({ ...value, trust })} choices={[{ value: "", text: "Signed or not" }, { value: "signed", text: "Signed" }, { value: "unsigned", text: "Unsigned" }]} /> : null}
      <Select label="Changed" placeholder="Of any age" value={value.since} onValue={(since) => onValue({ ...value, since })} choices={[{ value: "", text: "Of any age" }, { value: "30", text: "Last 30 days" }, { value: "365", text: "Last year" }, { value: "1095", text: "Last 3 years" }]} />
    </>
  );
};
