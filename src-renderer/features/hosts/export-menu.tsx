import type { HostFilter } from "../../../src-main/contract/index.ts";
import { useApp } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { failureText } from "./words.ts";

const FORMATS = [{ id: "csv", text: "CSV" }, { id: "ssh-config", text: "SSH configuration" }, { id: "ansible", text: "Ansible inventory" }] as const;

/** What the list shows now, as a file. Secrets are not in the inventory, so none can be in it. */
export const ExportMenu = ({ filter }: { filter: HostFilter }) => {
  const { client, toast } = useApp();
  const save = (format: (typeof FORMATS)[number]["id"]) =>
    client.hosts.export({ filter, format }).then(
      async ({ name, text }) => {
        // Where the shell denies downloads the text goes to the clipboard.
        if (document.documentElement.dataset["carrier"] === "port") {
          await navigator.clipboard.writeText(text);
          toast({ title: `${name} is on the clipboard`, tone: "ok" });
          return;
        }
        const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
        Object.assign(document.createElement("a"), { href: url, download: name }).click();
        setTimeout(() => URL.revokeObjectURL(url), 10_000);
      },
      (error: unknown) => void toast({ title: failureText(error), tone: "bad" }),
    );
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm" kind="ghost" icon="upload">
          Export
        </Button>
      }
      entries={FORMATS.map(({ id, text }) => ({ id, text, onSelect: () => void save(id) }))}
    />
  );
};
