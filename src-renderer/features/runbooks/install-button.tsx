import { useRef } from "react";
import { useApp } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";

/** A pack is a folder of text files: all of them are chosen at once. */
export const InstallButton = () => {
  const { client, toast } = useApp();
  const chooser = useRef<HTMLInputElement>(null);
  const install = async (chosen: FileList) => {
    try {
      const files = Object.fromEntries(await Promise.all([...chosen].map(async (file) => [file.name, await file.text()] as const)));
      const pack = await client.skills.install({ files });
      toast({ title: `${pack.title} ${pack.version} is installed`, text: `Signed by ${pack.signer}.`, tone: "ok" });
    } catch (error) {
      toast({ title: "The pack was not installed", text: (error as Error).message, tone: "bad" });
    }
  };
  return (
    <>
      <input ref={chooser} type="file" multiple hidden accept=".yaml,.md,.txt,.sig" onChange={(event) => event.target.files !== null && void install(event.target.files)} />
      <Button size="sm" icon="upload" onClick={() => chooser.current?.click()}>
        Install a pack…
      </Button>
    </>
  );
};
