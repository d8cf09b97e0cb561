import "../ui/tokens.css";
import "../ui/base.css";
import styles from "./reference.module.css";

// The page at /api: every procedure the contract has, drawn from the station's own OpenAPI document, with no network.

type Schema = { readonly type?: string; readonly properties?: Record<string, Schema>; readonly [key: string]: unknown };
type Media = Record<string, { readonly schema: Schema }>;
type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly requestBody: { readonly content: Media };
  readonly responses: Record<string, { readonly content: Media }>;
};
type Document = { readonly info: { readonly title: string; readonly version: string; readonly description: string }; readonly paths: Record<string, { readonly post: Operation }> };

const make = <K extends keyof HTMLElementTagNameMap>(tag: K, className: string | undefined, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  element.append(...children);
  return element;
};

const schemaBlock = (title: string, media: Media): HTMLElement => {
  const [type = "", { schema } = { schema: {} }] = Object.entries(media)[0] ?? [];
  return make("div", styles["schema"], make("h4", undefined, `${title} · ${type}`), make("pre", undefined, JSON.stringify(schema, null, 2)));
};

const operationBlock = (path: string, { operationId, summary, description, requestBody, responses }: Operation): HTMLElement => {
  const block = make("details", styles["operation"], make("summary", undefined, make("code", undefined, `POST ${path}`), make("span", undefined, summary)));
  block.id = operationId;
  const example = `curl -sS -X POST ${location.origin}${path} -H "Authorization: Bearer $(cat "$SENA_HOME/api-token")" -d '{}'`;
  block.append(make("p", undefined, description), make("pre", styles["example"], example), schemaBlock("Input", requestBody.content), schemaBlock("Answer", responses["200"]?.content ?? {}));
  return block;
};

async function draw(root: HTMLElement): Promise<void> {
  const { info, paths } = (await (await fetch("/api/openapi.json")).json()) as Document;
  const groups = Map.groupBy(Object.entries(paths), ([, { post }]) => post.tags[0] ?? "");
  const filter = make("input", styles["filter"]);
  filter.type = "search";
  filter.placeholder = "Find a procedure";
  filter.setAttribute("aria-label", "Find a procedure");
  const sections = [...groups].map(([group, entries]) => make("section", undefined, make("h2", undefined, group), ...entries.map(([path, { post }]) => operationBlock(path, post))));
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const block of root.querySelectorAll("details")) block.hidden = !(block.textContent ?? "").toLowerCase().includes(wanted);
    for (const section of sections) section.hidden = section.querySelector("details:not([hidden])") === null;
  });
  const source = make("a", undefined, "openapi.json");
  source.href = "/api/openapi.json";
  root.replaceChildren(make("header", styles["head"], make("h1", undefined, `${info.title} ${info.version}`), make("p", undefined, info.description, " ", source), filter), ...sections);
}

document.documentElement.dataset["theme"] = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
const root = document.getElementById("reference");
if (root) {
  root.className = styles["page"] ?? "";
  void draw(root);
}
