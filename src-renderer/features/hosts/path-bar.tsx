import { useEffect, useRef, useState } from "react";
import type { Environment } from "../../../src-main/contract/index.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import styles from "./files.module.css";

type Props = { host: string; environment: Environment; /** The folder that is shown; another object after each reading. */ shown: { readonly path: string } | undefined; onGo: (path: string) => void; onClose: () => void; onRefresh: () => void; onMakeFolder: () => void; onUpload: (file: File) => void };

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

export const PathBar = ({ host, environment, shown, onGo, onClose, onRefresh, onMakeFolder, onUpload }: Props) => {
  const path = shown?.path ?? "";
  const [typed, setTyped] = useState(path);
  const chooser = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(shown?.path ?? ""), [shown]);
  // What stands in the field is not always what is shown below: nothing is put anywhere before both agree.
  const isElsewhere = shown === undefined || typed !== path;
  return (
    <div className={styles.bar} role="group" aria-label="Where">
      <IconButton icon="close" label={`Back to ${host}`} onClick={onClose} />
      <strong>{host}</strong>
      <EnvironmentTag environment={environment} />
      <IconButton icon="arrow-up" label="The folder above" disabled={path === "/" || path === ""} onClick={() => onGo(parentOf(path))} />
      <form
        className={styles.path}
        onSubmit={(event) => {
          event.preventDefault();
          onGo(typed);
        }}
      >
        <Input isMono aria-label="Path on the host" value={typed} onValue={setTyped} onKeyDown={(event) => event.key === "Escape" && setTyped(path)} />
      </form>
      <IconButton icon="refresh" label="Read the folder again" onClick={onRefresh} />
      <Button size="sm" icon="folder" disabled={isElsewhere} onClick={onMakeFolder}>
        Make folder
      </Button>
      <Button size="sm" icon="upload" disabled={isElsewhere} onClick={() => chooser.current?.click()}>
        Upload file
      </Button>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label="File to upload"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file !== undefined) onUpload(file);
        }}
      />
    </div>
  );
};
