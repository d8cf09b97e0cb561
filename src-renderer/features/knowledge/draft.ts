import type { KnowledgeConnection } from "../../../src-main/contract/index.ts";

/** A source as it is being typed in. Pure: the dialog draws it. */
export type DraftKind = "path" | KnowledgeConnection["kind"];
export type Draft = { readonly kind: DraftKind; readonly name: string; readonly product: string; readonly environment: "" | "dev" | "staging" | "prod"; readonly values: Readonly<Record<string, string>> };
type FieldOf = { readonly field: string; readonly label: string; readonly hint?: string; readonly placeholder?: string; readonly isOptional?: boolean };

export const KINDS: readonly { readonly value: DraftKind; readonly text: string }[] = [
  { value: "path", text: "Folder, file, git working copy or Confluence export" },
  { value: "web", text: "Web pages" },
  { value: "confluence", text: "Confluence" },
  { value: "jira", text: "Jira" },
  { value: "sharepoint", text: "SharePoint or OneDrive" },
];

const URL_FIELD: FieldOf = { field: "url", label: "Address", placeholder: "https://wiki.example.org" };
const CREDENTIAL: FieldOf = { field: "credential", label: "Secret of the vault", hint: "By name; the secret itself stays in the vault." };
const USER: FieldOf = { field: "user", label: "User", hint: "For Cloud: the account of the API token. Empty for Data Center.", isOptional: true };

export function fieldsOf(kind: DraftKind): readonly FieldOf[] {
  switch (kind) {
    case "path":
      return [{ field: "path", label: "Folder or file", hint: "On this machine, or a share mounted on it. It is read, never written.", placeholder: "/srv/runbooks" }];
    case "web":
      return [{ ...URL_FIELD, hint: "Pages below this address are followed, on this server only.", placeholder: "http://docs.lan/manuals/" }];
    case "confluence":
      return [URL_FIELD, USER, CREDENTIAL, { field: "spaces", label: "Spaces", hint: "Keys, separated by commas; empty for all.", placeholder: "OPS, NET", isOptional: true }];
    case "jira":
      return [{ ...URL_FIELD, placeholder: "https://jira.example.org" }, USER, CREDENTIAL, { field: "jql", label: "Which issues (JQL)", placeholder: "project = OPS", isOptional: true }];
    case "sharepoint":
      return [{ field: "tenant", label: "Tenant" }, { field: "client", label: "Client id" }, { ...CREDENTIAL, label: "Client secret, in the vault" }, { field: "drive", label: "Drive id" }];
    default:
      return kind satisfies never;
  }
}

export const canAdd = ({ kind, values }: Draft): boolean => fieldsOf(kind).every(({ field, isOptional }) => isOptional === true || (field === "credential" && kind !== "sharepoint") || (values[field] ?? "").trim() !== "");

/** Undefined for a place of this machine. */
export function connectionOf({ kind, name, product, environment, values }: Draft): KnowledgeConnection | undefined {
  const value = (field: string) => (values[field] ?? "").trim();
  const common = { name, product, environment, credential: value("credential") };
  switch (kind) {
    case "path":
      return undefined;
    case "web":
      return { ...common, kind, url: value("url"), pages: 500 };
    case "confluence":
      return { ...common, kind, url: value("url"), user: value("user"), spaces: value("spaces").split(/[\s,]+/).filter((key) => key !== "") };
    case "jira":
      return { ...common, kind, url: value("url"), user: value("user"), jql: value("jql") };
    case "sharepoint":
      return { ...common, kind, tenant: value("tenant"), client: value("client"), drive: value("drive"), graphUrl: "https://graph.microsoft.com", loginUrl: "https://login.microsoftonline.com" };
    default:
      return kind satisfies never;
  }
}
